using System.Text;

namespace Segmentation.Gateway.Errors;

/// <summary>
/// Makes a client's text fit to be repeated in answers, close reasons and logs: every text that came from outside goes
/// through here. What comes out is valid Unicode without control characters, so it can be written as UTF-8, as a
/// header and as one line of a log.
/// </summary>
internal static class ClientText
{
    /// <summary>Longest text that is repeated whole, in UTF-16 units.</summary>
    private const int MaxLength = 80;

    private const string Cut = "...";

    /// <summary>The text in quotation marks, shortened where it is long; <c>empty</c> where there is none.</summary>
    public static string Quote(string? text) => text switch
    {
        null or "" => "empty",
        { Length: <= MaxLength } => $"'{Clean(text)}'",
        _ => $"'{Clean(Begin(text, MaxLength - Cut.Length))}{Cut}' ({text.Length} characters)",
    };

    /// <summary>The text without what cannot be shown: control characters and halves of surrogate pairs.</summary>
    public static string Clean(string text)
    {
        if (!NeedsCleaning(text))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            clean.Append((Rune.IsControl(rune) ? Rune.ReplacementChar : rune).ToString());
        }

        return clean.ToString();
    }

    /// <summary>
    /// The longest beginning of a text that has at most so many bytes in UTF-8, cleaned; no character is cut.
    /// </summary>
    public static string Fit(string text, int maxBytes)
    {
        // Cleaned first: what stands for a control character is longer.
        text = Clean(text);
        var (length, bytes) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > maxBytes)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return text[..length];
    }

    private static string Begin(string text, int length) =>
        text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];

    private static bool NeedsCleaning(string text)
    {
        foreach (var character in text)
        {
            if (char.IsControl(character) || char.IsSurrogate(character))
            {
                return true;
            }
        }

        return false;
    }
}
