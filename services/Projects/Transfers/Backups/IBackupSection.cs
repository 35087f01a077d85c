using Segmentation.Projects.Storage;

namespace Segmentation.Projects.Transfers.Backups;

/// <summary>One kind of rows in a backup.</summary>
internal interface IBackupSection
{
    /// <summary>Path in the archive.</summary>
    string Path { get; }

    /// <summary>Writes all rows of the project, in an order that does not depend on the database.</summary>
    /// <param name="db">One context for all sections, in which nothing changes meanwhile.</param>
    /// <param name="project">The project.</param>
    /// <param name="numbers">What replaces numbers.</param>
    /// <param name="stream">Takes the lines.</param>
    /// <param name="written">Called after each row.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task WriteAsync(
        ProjectsDb db,
        Guid project,
        BackupNumbers numbers,
        Stream stream,
        Func<Task> written,
        CancellationToken cancellationToken);

    /// <summary>Reads all rows of a backup into the record.</summary>
    /// <param name="restore">The new project.</param>
    /// <param name="stream">The lines.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task ReadAsync(RestoreContext restore, Stream stream, CancellationToken cancellationToken);

    /// <summary>Tells if this server has objects with the ids of a backup's lines.</summary>
    Task<bool> CollidesAsync(IProjectsDbFactory databases, Stream stream, CancellationToken cancellationToken);
}
