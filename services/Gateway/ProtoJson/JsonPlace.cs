using System.Text;

namespace Segmentation.Gateway.ProtoJson;

/// <summary>A place in a text, as editors count.</summary>
internal static class JsonPlace
{
    private const byte NewLine = (byte)'\n';

    /// <summary>Line and column of a byte, both from 1; a column is a character.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="offset">Bytes before the place.</param>
    public static string Of(ReadOnlySpan<byte> json, int offset)
    {
        var before = json[..Math.Min(offset, json.Length)];
        var line = before[(before.LastIndexOf(NewLine) + 1)..];
        return $"line {before.Count(NewLine) + 1}, column {System.Text.Encoding.UTF8.GetCharCount(line) + 1}";
    }

    /// <summary>The byte at a line and a place in it, both from 0, as the reader of JSON counts them.</summary>
    public static int OffsetOf(ReadOnlySpan<byte> json, long line, long byteInLine)
    {
        var start = 0;
        for (; line > 0; line--)
        {
            start += json[start..].IndexOf(NewLine) + 1;
        }

        return (int)Math.Min(start + byteInLine, json.Length);
    }

    /// <summary>Names what stands at a place of a text that is no JSON there.</summary>
    public static string Found(ReadOnlySpan<byte> json, int offset)
    {
        if (json.Trim(" \t\r\n"u8).IsEmpty)
        {
            return "the text is empty";
        }

        if (offset >= json.Length)
        {
            return "the text ends before its JSON does";
        }

        return Rune.DecodeFromUtf8(json[offset..], out var rune, out _) == System.Buffers.OperationStatus.Done
            ? $"unexpected {Errors.ClientText.Quote(rune.ToString())}"
            : $"the byte 0x{json[offset]:X2} is no UTF-8";
    }
}
