using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Segmentation.Cli.Files;

/// <summary>Text in PNG files: chunks named <c>tEXt</c>, a keyword and Latin-1 text with a zero byte between.</summary>
internal static class PngText
{
    private const int SignatureBytes = 8;
    private static readonly byte[] _signature = [0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n'];

    /// <summary>Bytes of a chunk beside its data: length and name before, checksum behind.</summary>
    private const int ChunkBytes = 12;

    /// <summary>Longest text that is read: this program writes no longer ones.</summary>
    private const int MaxBytes = 1 << 20;

    /// <summary>Puts a text right behind a PNG file's header.</summary>
    /// <param name="png">The file.</param>
    /// <param name="keyword">1 to 79 characters of Latin-1.</param>
    /// <param name="text">Characters of Latin-1.</param>
    public static byte[] Add(ReadOnlySpan<byte> png, string keyword, string text)
    {
        var data = Encoding.Latin1.GetBytes($"tEXt{keyword}\0{text}");
        var header = SignatureBytes + ChunkBytes + (int)BinaryPrimitives.ReadUInt32BigEndian(png[SignatureBytes..]);
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length - 4);
        var checksum = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(checksum, Crc32.HashToUInt32(data));
        return [.. png[..header], .. length, .. data, .. checksum, .. png[header..]];
    }

    /// <summary>Finds a text that stands before a PNG file's pixels.</summary>
    /// <returns>Null where there is none, and for files that are no PNG.</returns>
    public static string? Find(Stream file, string keyword)
    {
        var wanted = Encoding.Latin1.GetBytes(keyword + '\0');
        var start = new byte[SignatureBytes];
        if (!Fill(file, start) || !start.AsSpan().SequenceEqual(_signature))
        {
            return null;
        }

        // A chunk's length and name.
        while (Fill(file, start))
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(start);
            var name = start.AsSpan(4);
            if (length > MaxBytes || name.SequenceEqual("IDAT"u8))
            {
                return null;
            }

            var data = new byte[length + 4];
            if (!Fill(file, data))
            {
                return null;
            }

            if (name.SequenceEqual("tEXt"u8) && data.AsSpan().StartsWith(wanted))
            {
                return Encoding.Latin1.GetString(data.AsSpan()[wanted.Length..^4]);
            }
        }

        return null;
    }

    private static bool Fill(Stream file, Span<byte> bytes) =>
        file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length;
}
