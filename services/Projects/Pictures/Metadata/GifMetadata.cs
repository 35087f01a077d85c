namespace Segmentation.Projects.Pictures.Metadata;

/// <summary>
/// Cuts metadata out of GIF files: comments, text and what applications added, but for loops and colours.
/// </summary>
internal static class GifMetadata
{
    private const byte Extension = 0x21;
    private const byte Picture = 0x2C;
    private const byte Trailer = 0x3B;
    private const byte GraphicControl = 0xF9;
    private const byte Application = 0xFF;
    private const int HeaderLength = 13;

    /// <summary>Copies a file's pictures and what they depend on.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="InvalidDataException">The blocks cannot be followed.</exception>
    public static byte[] Strip(ReadOnlySpan<byte> file)
    {
        if (file.Length < HeaderLength)
        {
            throw Cut();
        }

        var result = new MemoryStream(file.Length);
        var at = Past(file, HeaderLength + TableLength(file[10]));
        result.Write(file[..at]);
        while (at < file.Length && file[at] != Trailer)
        {
            var start = at;
            var isKept = true;
            if (file[at] == Picture)
            {
                at = Past(file, at + 10);
                // The colours of the picture, then the size of its codes.
                at = EndOfBlocks(file, Past(file, at + TableLength(file[at - 1]) + 1));
            }
            else if (file[at] == Extension)
            {
                at = Past(file, at + 2);
                isKept = IsKept(file[start + 1], file[at..]);
                at = EndOfBlocks(file, at);
            }
            else
            {
                throw new InvalidDataException("The blocks of the GIF file do not follow each other.");
            }

            if (isKept)
            {
                result.Write(file[start..at]);
            }
        }

        result.WriteByte(Trailer);
        return result.ToArray();
    }

    private static bool IsKept(byte label, ReadOnlySpan<byte> blocks) =>
        label == GraphicControl
            || (label == Application && blocks is [11, ..]
                && (blocks[1..].StartsWith("NETSCAPE2.0"u8) || blocks[1..].StartsWith("ANIMEXTS1.0"u8)
                    || blocks[1..].StartsWith("ICCRGBG1012"u8)));

    private static int TableLength(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);

    private static int EndOfBlocks(ReadOnlySpan<byte> file, int at)
    {
        while (at < file.Length && file[at] != 0)
        {
            at = Past(file, at + 1 + file[at]);
        }

        return Past(file, at + 1);
    }

    private static int Past(ReadOnlySpan<byte> file, int at) => at <= file.Length ? at : throw Cut();

    private static InvalidDataException Cut() => new("A block of the GIF file is cut off.");
}
