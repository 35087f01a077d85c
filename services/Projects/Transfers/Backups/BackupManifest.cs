using Segmentation.Projects.Storage.Rows;

namespace Segmentation.Projects.Transfers.Backups;

/// <summary>First file of a backup: what the archive is, and the project itself.</summary>
internal sealed record BackupManifest
{
    /// <summary>Name of the form.</summary>
    public const string FormName = "segmentation-backup";

    /// <summary>Version that this server writes, and the newest that it reads.</summary>
    public const int Newest = 1;

    /// <summary>Path in the archive.</summary>
    public const string Path = "segmentation-backup.json";

    /// <summary>Always <see cref="FormName"/>.</summary>
    public required string Form { get; init; }

    /// <summary>Version of the form.</summary>
    public required int Version { get; init; }

    /// <summary>Time of the backup.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>True if the pictures' files are in the archive.</summary>
    public required bool HasFiles { get; init; }

    /// <summary>Number of pictures.</summary>
    public required long PictureCount { get; init; }

    /// <summary>The project.</summary>
    public required ProjectRow Project { get; init; }
}
