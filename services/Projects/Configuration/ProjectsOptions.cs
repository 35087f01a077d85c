namespace Segmentation.Projects.Configuration;

/// <summary>Projects; configuration section <see cref="Section"/>.</summary>
public sealed class ProjectsOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Segmentation:Projects";

    /// <summary>
    /// Folder with the SQLite file and, unless a bucket is named, the pictures. Relative to the folder in which the
    /// program was started. Default: <c>data</c>.
    /// </summary>
    public string DataFolder { get; set; } = "data";

    /// <summary>
    /// Connection string of a PostgreSQL database, for any number of processes. Default: none, which means SQLite.
    /// </summary>
    public string? ConnectionString { get; set; }

    /// <summary>
    /// True where an SQLite file is created and opened with the first call, and not when the host starts: a host that
    /// nobody uses for projects starts as fast as one without them. No option of the configuration.
    /// </summary>
    internal bool OpensWhenUsed { get; set; }

    /// <summary>
    /// Who brings the tables of the database up to date: this process when it starts, or a job that runs the program's
    /// command <c>migrate</c>, for which this process waits. Default: <see cref="MigrationMode.Auto"/>.
    /// </summary>
    public MigrationMode Migrate { get; set; }

    /// <summary>
    /// Folders (absolute paths) and buckets (<c>s3://bucket/prefix</c>) under which sources may lie, separated by
    /// commas. Default: none, so that no source can be created.
    /// </summary>
    public string SourceRoots { get; set; } = "";

    /// <summary>
    /// Largest file of a picture in bytes, as <c>Segmentation:Uploads:MaxImageBytes</c>. Default: 64 MiB.
    /// </summary>
    public int MaxPictureBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>
    /// Bytes of all files that are being added in this process, at least twice <see cref="MaxPictureBytes"/>. Default:
    /// 512 MiB.
    /// </summary>
    public long MaxBytesInFlight { get; set; } = 512L * 1024 * 1024;

    /// <summary>
    /// Bytes that the files of one tenant's pictures may take together; files of sources are not counted. Default: 0,
    /// no limit.
    /// </summary>
    public long TenantBytes { get; set; }

    /// <summary>Most watchers of pictures (<c>WatchPicture</c>) of one tenant in this process. Default: 1000.</summary>
    public int MaxWatchersPerTenant { get; set; } = 1000;
}
