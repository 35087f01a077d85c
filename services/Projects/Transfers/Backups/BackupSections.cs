namespace Segmentation.Projects.Transfers.Backups;

/// <summary>All sections of a backup, in the order in which they are restored: each names what those before brought.</summary>
internal static class BackupSections
{
    /// <summary>The sections.</summary>
    public static IReadOnlyList<IBackupSection> All { get; } =
    [
        CatalogueSections.Labels,
        CatalogueSections.Members,
        CatalogueSections.Jobs,
        CatalogueSections.Runs,
        PictureSections.Pictures,
        PictureSections.Labels,
        PictureSections.Jobs,
        PictureSections.Runs,
        DrawnSections.Annotations,
        DrawnSections.Frozen,
        DrawnSections.Operations,
        DrawnSections.Verdicts,
        DrawnSections.Issues,
        DrawnSections.Comments,
    ];

    /// <summary>Path of a picture's file in the archive.</summary>
    /// <param name="sha256">SHA-256 of the file, 32 bytes.</param>
    public static string FileOf(ReadOnlySpan<byte> sha256) => $"pictures/{Convert.ToHexStringLower(sha256)}";
}
