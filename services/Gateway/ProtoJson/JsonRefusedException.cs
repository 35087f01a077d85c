namespace Segmentation.Gateway.ProtoJson;

/// <summary>A text is not the JSON of a message.</summary>
/// <param name="message">What is wrong, for the one who sent it.</param>
/// <param name="offset">Bytes of the text before the place.</param>
internal sealed class JsonRefusedException(string message, int offset) : Exception(message)
{
    /// <summary>Bytes of the text before the place.</summary>
    public int Offset { get; } = offset;
}
