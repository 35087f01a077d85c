using System.Buffers.Binary;
using System.IO.Compression;
using NetVips;
using Segmentation.LoadTests.Inputs;

namespace Segmentation.LoadTests.Attack;

/// <summary>
/// Image files made in memory: small pictures, and containers and headers that cost a reader more than they should.
/// </summary>
internal static class HostileImages
{
    private static readonly Lazy<Image> _tiny = new(
        () => (Image.Black(8, 6, bands: 3) + 90).Cast(Enums.BandFormat.Uchar));

    private static readonly Lazy<byte[]> _small = new(() =>
        Image.Xyz(96, 64)[0].Linear([2], [10]).Cast(Enums.BandFormat.Uchar).PngsaveBuffer());

    /// <summary>
    /// A file of the same picture with another hash: readers pass over what stands behind the picture, in a
    /// WebP a chunk.
    /// </summary>
    public static byte[] Variant(byte[] file, int n)
    {
        byte[] end = [.. "junk"u8, 4, 0, 0, 0, .. BitConverter.GetBytes(n)];
        byte[] variant = [.. file, .. end];
        if (file.AsSpan().StartsWith("RIFF"u8))
        {
            BinaryPrimitives.WriteInt32LittleEndian(variant.AsSpan(4), variant.Length - 8);
        }

        return variant;
    }

    /// <summary>The n-th small picture that no server has seen.</summary>
    public static byte[] SmallPicture(int n) => Variant(_small.Value, n);

    /// <summary>A photograph, scaled up, as JPEG.</summary>
    /// <param name="side">Pixels of each side.</param>
    public static byte[] LargePicture(int side)
    {
        using var photograph = Image.NewFromFile(Photographs.Named("coffee.png").FullName)[0];
        using var scaled = photograph.Resize(
            (double)side / photograph.Width, Enums.Kernel.Linear, vscale: (double)side / photograph.Height);
        return scaled.JpegsaveBuffer(q: 60);
    }

    /// <summary>A black square as PNG: about a kilobyte a megapixel.</summary>
    /// <param name="side">Pixels of each side.</param>
    /// <param name="isInterlaced">Such a file can only be read whole.</param>
    public static byte[] BlackPng(int side, bool isInterlaced) =>
        Image.Black(side, side, bands: isInterlaced ? 3 : 1).PngsaveBuffer(interlace: isInterlaced);

    /// <summary>An animated WebP.</summary>
    public static byte[] WebPFrames(int frames)
    {
        var still = _tiny.Value.WebpsaveBuffer(lossless: true, keep: Enums.ForeignKeep.None);
        byte[] frame = [.. "ANMF"u8, .. new byte[4], 0, 0, 0, 0, 0, 0, 7, 0, 0, 5, 0, 0, 40, 0, 0, 0, .. still[12..]];
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(4), frame.Length - 8);
        byte[] header =
            [.. "VP8X"u8, 10, 0, 0, 0, 2, 0, 0, 0, 7, 0, 0, 5, 0, 0, .. "ANIM"u8, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        return Riff([.. header, .. Repeat(frame, frames)]);
    }

    /// <summary>A lossless WebP of 54 bytes that announces a square and holds no pixels.</summary>
    public static byte[] WebPHeader(int side)
    {
        byte[] chunk = [.. "VP8L"u8, 34, 0, 0, 0, 0x2F, .. new byte[33]];
        BinaryPrimitives.WriteInt32LittleEndian(chunk.AsSpan(9), (side - 1) | ((side - 1) << 14));
        return Riff(chunk);
    }

    /// <summary>A GIF of many frames and comments.</summary>
    public static byte[] GifFrames(int frames)
    {
        byte[] header = [.. "GIF89a"u8, 8, 0, 6, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255];
        byte[] frame = [0x2C, 0, 0, 0, 0, 8, 0, 6, 0, 0, 2, 3, 0x84, 0x51, 0, 0, 0x21, 0xFE, 1, 65, 0];
        return [.. header, .. Repeat(frame, frames), 0x3B];
    }

    /// <summary>A GIF of 24 bytes or so that announces a square.</summary>
    public static byte[] GifHeader(ushort side)
    {
        var (low, high) = ((byte)side, (byte)(side >> 8));
        return
        [
            .. "GIF89a"u8, low, high, low, high, 0, 0, 0, 0x2C, 0, 0, 0, 0, low, high, low, high, 0, 2, 1, 0, 0, 0x3B,
        ];
    }

    /// <summary>A TIFF of many directories, each of the same picture.</summary>
    public static byte[] TiffDirectories(int count)
    {
        const int Entries = 8;
        const int Pixels = 64;
        const int Bytes = 2 + (Entries * 12) + 4;
        var file = new byte[8 + Pixels + (count * Bytes)];
        "II*\0"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), 8 + Pixels);
        for (var i = 0; i < count; i++)
        {
            var at = 8 + Pixels + (i * Bytes);
            var directory = file.AsSpan(at, Bytes);
            BinaryPrimitives.WriteUInt16LittleEndian(directory, Entries);
            ReadOnlySpan<(ushort Tag, ushort Value)> fields =
                [(256, 8), (257, 8), (258, 8), (259, 1), (262, 1), (273, 8), (278, 8), (279, Pixels)];
            for (var j = 0; j < fields.Length; j++)
            {
                var entry = directory.Slice(2 + (j * 12), 12);
                BinaryPrimitives.WriteUInt16LittleEndian(entry, fields[j].Tag);
                entry[2] = 3;
                entry[4] = 1;
                BinaryPrimitives.WriteUInt16LittleEndian(entry[8..], fields[j].Value);
            }

            BinaryPrimitives.WriteInt32LittleEndian(directory[^4..], i == count - 1 ? 0 : at + Bytes);
        }

        return file;
    }

    /// <summary>A PNG with many text chunks before its pixels.</summary>
    public static byte[] PngChunks(int count)
    {
        var file = _small.Value;
        byte[] text = [0, 0, 0, 6, .. "tEXtab\0cde"u8, 0, 0, 0, 0];
        return [.. file[..33], .. Repeat(text, count), .. file[33..]];
    }

    /// <summary>A PNG whose text is packed zeros, a thousand times as many as its bytes.</summary>
    public static byte[] PngTextBomb(int unpackedBytes)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(new byte[unpackedBytes]);
        }

        var file = _small.Value;
        byte[] chunk = [0, 0, 0, 0, .. "zTXta\0\0"u8, .. packed.ToArray(), 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, chunk.Length - 12);
        return [.. file[..33], .. chunk, .. file[33..]];
    }

    /// <summary>A JPEG with many segments before its pixels.</summary>
    public static byte[] JpegSegments(int count)
    {
        var file = _tiny.Value.JpegsaveBuffer();
        byte[] segments = [0xFF, 0xE1, 0, 2, 0xFF, 0xFE, 0, 3, 1, 0xFF, 0xE5, 0, 2];
        return [.. file[..2], .. Repeat(segments, count), .. file[2..]];
    }

    private static byte[] Riff(byte[] chunks)
    {
        byte[] file = [.. "RIFF"u8, 0, 0, 0, 0, .. "WEBP"u8, .. chunks];
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);
        return file;
    }

    private static byte[] Repeat(byte[] bytes, int count)
    {
        var all = new byte[bytes.Length * count];
        for (var i = 0; i < count; i++)
        {
            bytes.CopyTo(all, i * bytes.Length);
        }

        return all;
    }
}
