using Segmentation.Projects.Storage;
using Segmentation.Projects.Transfers.Work;

namespace Segmentation.Projects.Transfers.Backups;

/// <summary>A project that is being made of a backup.</summary>
/// <param name="Databases">The record.</param>
/// <param name="Progress">The transfer, which has the new project's id.</param>
/// <param name="Numbers">Replacements of the backup's numbers.</param>
internal sealed record RestoreContext(IProjectsDbFactory Databases, TransferProgress Progress, BackupNumbers Numbers)
{
    private readonly Dictionary<long, (int Width, int Height)> _sizes = [];

    /// <summary>The new project.</summary>
    public Guid ProjectId => Progress.Row.ProjectId;

    /// <summary>Tenant of the new project.</summary>
    public string Tenant => Progress.Row.Tenant;

    /// <summary>Notes the size of a picture.</summary>
    public void AddSize(long picture, int width, int height) => _sizes[picture] = (width, height);

    /// <summary>Size of a picture, by its new number; null: there is none.</summary>
    public (int Width, int Height)? SizeOf(long picture) => _sizes.TryGetValue(picture, out var size) ? size : null;
}
