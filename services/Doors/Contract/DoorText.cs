namespace Segmentation.Doors.Contract;

/// <summary>Texts of clients within messages.</summary>
public static class DoorText
{
    private const int Longest = 80;

    /// <summary>
    /// A client's text in quotation marks: one line, without control characters, cut behind 80 characters.
    /// </summary>
    public static string Quote(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var end = text.Length > Longest ? Longest : text.Length;
        var clean = string.Concat(text[..end].Select(one => char.IsControl(one) || char.IsSurrogate(one) ? '?' : one));
        return text.Length > Longest ? $"'{clean}...'" : $"'{clean}'";
    }
}
