namespace Segmentation.Masks;

/// <summary>A compressed COCO string that is not one, or not one of the given size.</summary>
public sealed class RunLengthsFormatException : FormatException
{
    internal RunLengthsFormatException(string message, int position)
        : base($"{message} (at character {position} of the COCO run-length string)") =>
        Position = position;

    /// <summary>Index of the character where reading stopped; the string's length when it ended too early.</summary>
    public int Position { get; }
}
