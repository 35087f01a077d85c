namespace Segmentation.Projects.Annotating;

/// <summary>An operation is wrong; the other operations of its request are not affected.</summary>
/// <param name="path">Path of the field within the operation; empty: none is to blame.</param>
/// <param name="reason">Sentence with the value and what is allowed.</param>
internal sealed class RefusedOperationException(string path, string reason) : Exception(reason)
{
    /// <summary>Path of the field within the operation.</summary>
    public string Field { get; } = path;
}
