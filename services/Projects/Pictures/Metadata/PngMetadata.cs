using System.Buffers.Binary;
using System.IO.Hashing;

namespace Segmentation.Projects.Pictures.Metadata;

/// <summary>Cuts metadata out of PNG files, moving ones (APNG) included.</summary>
internal static class PngMetadata
{
    private const int SignatureLength = 8;

    // Length, type and checksum.
    private const int Frame = 12;

    private static readonly HashSet<string> _kept =
    [
        "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "cICP", "mDCV", "cLLI", "sBIT", "bKGD", "pHYs", "hIST", "sPLT",
        "acTL", "fcTL", "fdAT",
    ];

    /// <summary>Copies a file's chunks that pixels and colours depend on.</summary>
    /// <param name="file">The file.</param>
    /// <param name="orientation">EXIF orientation that the result says.</param>
    /// <exception cref="InvalidDataException">The chunks cannot be followed.</exception>
    public static byte[] Strip(ReadOnlySpan<byte> file, int orientation)
    {
        var result = new MemoryStream(file.Length);
        result.Write(file[..SignatureLength]);
        var at = SignatureLength;
        while (at < file.Length)
        {
            if (at + Frame > file.Length
                || BinaryPrimitives.ReadUInt32BigEndian(file[at..]) is var length
                    && length > (uint)(file.Length - at - Frame))
            {
                throw new InvalidDataException("A chunk of the PNG file is cut off.");
            }

            var chunk = file.Slice(at, Frame + (int)length);
            at += chunk.Length;
            var type = System.Text.Encoding.Latin1.GetString(chunk.Slice(4, 4));
            if ((type[0] & 0x20) == 0 || _kept.Contains(type))
            {
                result.Write(chunk);
            }

            if (type == "IHDR" && orientation != 1)
            {
                Write(result, "eXIf"u8, OrientationExif.Of(orientation));
            }

            if (type == "IEND")
            {
                break;
            }
        }

        return result.ToArray();
    }

    private static void Write(MemoryStream result, ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        result.Write(number);
        byte[] body = [.. type, .. content];
        result.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.HashToUInt32(body));
        result.Write(number);
    }
}
