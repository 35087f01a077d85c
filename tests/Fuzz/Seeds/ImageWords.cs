using System.Buffers.Binary;
using System.IO.Hashing;

namespace Segmentation.Fuzz.Seeds;

/// <summary>Words and checksums of image files.</summary>
internal static class ImageWords
{
    /// <summary>Markers, types of chunks and beginnings of files.</summary>
    public static IReadOnlyList<byte[]> All { get; } =
    [
        [.. "IHDR"u8], [.. "IDAT"u8], [.. "IEND"u8], [.. "PLTE"u8], [.. "tRNS"u8], [.. "eXIf"u8], [.. "iCCP"u8],
        [.. "RIFF"u8], [.. "WEBP"u8], [.. "VP8 "u8], [.. "VP8L"u8], [.. "VP8X"u8], [.. "ALPH"u8], [.. "ANIM"u8],
        [.. "ANMF"u8], [.. "EXIF"u8], [.. "ICCP"u8], [.. "GIF89a"u8], [0x21, 0xF9, 4], [0x21, 0xFE], [0x2C], [0x3B],
        [0xFF, 0xD8, 0xFF], [0xFF, 0xD9], [0xFF, 0xDA], [0xFF, 0xC0], [0xFF, 0xC2], [0xFF, 0xC4], [0xFF, 0xDB],
        [0xFF, 0xDD], [0xFF, 0xD0], [0xFF, 0xE1], [0xFF, 0xEE], [0xFF, 0xFE], [.. "JFIF\0"u8], [.. "Exif\0\0"u8],
        [.. "Adobe"u8], [.. "ICC_PROFILE\0"u8], [.. "II*\0"u8], [.. "MM\0*"u8], [.. "II+\0"u8],
        .. ((ushort[])[256, 257, 258, 259, 262, 273, 274, 277, 278, 279, 284, 317, 320, 322, 323, 324, 325, 338, 339, 347, 530])
            .Select(tag => BitConverter.GetBytes(tag)),
    ];

    /// <summary>Puts the checksums of a PNG and the length of a WebP right; other files stay as they are.</summary>
    public static byte[] Repair(byte[] input)
    {
        if (input.AsSpan().StartsWith("\x89PNG"u8[1..]) || (input.Length > 8 && input[0] == 0x89))
        {
            RepairPng(input);
        }
        else if (input.Length >= 12 && input.AsSpan().StartsWith("RIFF"u8))
        {
            BinaryPrimitives.WriteInt32LittleEndian(input.AsSpan(4), input.Length - 8);
        }

        return input;
    }

    private static void RepairPng(byte[] file)
    {
        for (var at = 8; at + 12 <= file.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            if (length > file.Length - at - 12)
            {
                return;
            }

            var end = at + 8 + (int)length;
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(end), Crc32.HashToUInt32(file.AsSpan(at + 4, (int)length + 4)));
            at = end + 4;
        }
    }
}
