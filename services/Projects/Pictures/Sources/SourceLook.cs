namespace Segmentation.Projects.Pictures.Sources;

/// <summary>Outcome of looking at one file of a source.</summary>
/// <param name="Path">The file.</param>
/// <param name="Problem">Why the file has no picture; null: it has one, or is none to speak of.</param>
internal sealed record SourceLook(string Path, string? Problem = null)
{
    /// <summary>True where the picture was added now.</summary>
    public bool IsNew { get; init; }
}
