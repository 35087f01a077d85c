using System.Buffers.Binary;

namespace Segmentation.Projects.Pictures.Metadata;

/// <summary>Cuts metadata out of JPEG files; ITU-T T.81, annex B.</summary>
internal static class JpegMetadata
{
    private const byte StartOfScan = 0xDA;
    private const byte EndOfImage = 0xD9;

    // JFIF's own header without the preview that may follow.
    private const int JfifLength = 14;

    /// <summary>Copies a file up to the end of its image, without what may be personal.</summary>
    /// <param name="file">The file.</param>
    /// <param name="orientation">EXIF orientation that the result says.</param>
    /// <exception cref="InvalidDataException">The segments cannot be followed.</exception>
    public static byte[] Strip(ReadOnlySpan<byte> file, int orientation)
    {
        var result = new MemoryStream(file.Length);
        result.Write(file[..2]);
        var (at, isTold) = (2, orientation == 1);
        while (true)
        {
            var marker = MarkerAt(file, ref at);
            if (marker == EndOfImage)
            {
                result.Write([0xFF, EndOfImage]);
                return result.ToArray();
            }

            if (marker is (>= 0xD0 and <= 0xD7) or 0x01)
            {
                result.Write([0xFF, marker]);
                continue;
            }

            if (at + 2 > file.Length || Length(file, at) is var length && (length < 2 || at + length > file.Length))
            {
                throw new InvalidDataException("A segment of the JPEG file is cut off.");
            }

            var content = file.Slice(at + 2, length - 2);
            at += length;
            if (!isTold && marker is not 0xE0)
            {
                WriteSegment(result, 0xE1, [.. "Exif\0\0"u8, .. OrientationExif.Of(orientation)]);
                isTold = true;
            }

            if (marker == 0xE0 && content.StartsWith("JFIF\0"u8) && content.Length >= JfifLength)
            {
                // The preview shows the picture as it was before it was cropped.
                WriteSegment(result, marker, [.. content[..(JfifLength - 2)], 0, 0]);
            }
            else if (IsKept(marker, content))
            {
                WriteSegment(result, marker, content);
            }

            if (marker == StartOfScan)
            {
                var end = EndOfScan(file, at);
                result.Write(file[at..end]);
                at = end;
                if (at == file.Length)
                {
                    // Cut off within the pixels, which the library reads as far as they go.
                    return result.ToArray();
                }
            }
        }
    }

    private static bool IsKept(byte marker, ReadOnlySpan<byte> content) => marker switch
    {
        0xE2 => content.StartsWith("ICC_PROFILE\0"u8),
        0xEE => content.StartsWith("Adobe"u8),
        (>= 0xE0 and <= 0xEF) or 0xFE => false,
        _ => true,
    };

    private static int Length(ReadOnlySpan<byte> file, int at) => BinaryPrimitives.ReadUInt16BigEndian(file[at..]);

    private static byte MarkerAt(ReadOnlySpan<byte> file, ref int at)
    {
        // Any number of FF may stand before a marker.
        var start = at;
        while (at < file.Length && file[at] == 0xFF)
        {
            at++;
        }

        if (at == start || at >= file.Length || file[at] == 0)
        {
            throw new InvalidDataException("The segments of the JPEG file do not follow each other.");
        }

        return file[at++];
    }

    /// <summary>Offset of the marker behind the pixels of a scan, or the file's length.</summary>
    private static int EndOfScan(ReadOnlySpan<byte> file, int at)
    {
        while (true)
        {
            var next = file[at..].IndexOf((byte)0xFF);
            if (next < 0 || at + next + 1 >= file.Length)
            {
                return file.Length;
            }

            at += next;
            // FF 00 is a byte of pixels, FF D0 to D7 restarts within the scan, FF FF is filled up.
            if (file[at + 1] is not (0 or (>= 0xD0 and <= 0xD7) or 0xFF))
            {
                return at;
            }

            at += file[at + 1] == 0xFF ? 1 : 2;
        }
    }

    private static void WriteSegment(MemoryStream result, byte marker, ReadOnlySpan<byte> content)
    {
        Span<byte> head = [0xFF, marker, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(head[2..], (ushort)(content.Length + 2));
        result.Write(head);
        result.Write(content);
    }
}
