using System.Buffers.Binary;
using NetVips;
using Segmentation.Sam.Tests.Images;

namespace Segmentation.Fuzz.Seeds;

/// <summary>Small files of all formats and of most of their kinds.</summary>
internal static class ImageFiles
{
    private const int Width = 21;
    private const int Height = 14;

    /// <summary>Makes the files.</summary>
    public static IEnumerable<byte[]> All() => [.. OfLibrary(), .. Animated(), .. Tiffs()];

    private static IEnumerable<byte[]> OfLibrary()
    {
        foreach (var bands in (int[])[1, 2, 3, 4])
        {
            using var image = Picture(bands);
            yield return image.PngsaveBuffer();
            yield return image.PngsaveBuffer(interlace: true);
            yield return image.PngsaveBuffer(palette: true, bitdepth: 4);
            yield return image.WebpsaveBuffer(lossless: bands == 4);
            yield return image.GifsaveBuffer();
            yield return image.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Lzw);
            if (bands is 1 or 3)
            {
                using var turned = image.Mutate(mutable => mutable.Set(GValue.GIntType, "orientation", 6));
                yield return turned.JpegsaveBuffer(interlace: false);
                yield return image.JpegsaveBuffer(interlace: true, restartInterval: 1);
                yield return image.JpegsaveBuffer(optimizeScans: true, interlace: true, trellisQuant: true);
                yield return image.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Jpeg, tile: true, tileWidth: 16, tileHeight: 16);
            }
        }

        using var wide = Picture(3).Cast(Enums.BandFormat.Ushort).Copy(interpretation: Enums.Interpretation.Rgb16);
        yield return wide.PngsaveBuffer();
        using var bits = Picture(1) > 128;
        yield return bits.PngsaveBuffer(bitdepth: 1);
        yield return bits.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Ccittfax4, bitdepth: 1);
    }

    private static IEnumerable<byte[]> Animated()
    {
        using var still = Picture(3);
        var picture = still.WebpsaveBuffer(lossless: true, keep: Enums.ForeignKeep.None)[12..];
        byte[] frame =
        [
            .. "ANMF"u8, .. new byte[4], 0, 0, 0, 0, 0, 0, Width - 1, 0, 0, Height - 1, 0, 0, 40, 0, 0, 0, .. picture,
        ];
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(4), frame.Length - 8);
        byte[] file =
        [
            .. "RIFF"u8, .. new byte[4], .. "WEBP"u8,
            .. "VP8X"u8, 10, 0, 0, 0, 2, 0, 0, 0, Width - 1, 0, 0, Height - 1, 0, 0,
            .. "ANIM"u8, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. frame, .. frame,
        ];
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);
        yield return file;
        var gif = still.GifsaveBuffer();
        yield return [.. gif[..^1], 0x21, 0xFE, 2, 65, 66, 0, 0x3B];
    }

    private static IEnumerable<byte[]> Tiffs()
    {
        var colours = Samples(3);
        yield return new TiffFile(Width, Height, 8, 3, colours) { Photometric = 2 }.ToBytes();
        yield return new TiffFile(Width, Height, 8, 3, colours) { Photometric = 2, IsBig = true, Compression = 8 }.ToBytes();
        yield return new TiffFile(Width, Height, 8, 3, colours)
        {
            Photometric = 2, IsSeparate = true, IsBigEndian = true, Compression = 32773, Predictor = 2,
        }.ToBytes();
        yield return new TiffFile(Width, Height, 8, 3, colours)
        {
            Photometric = 2, Tile = 16, IsSeparate = true, FurtherDirectories = 2, PrivateTags = 3, IsBig = true,
            IsBigEndian = true,
        }.ToBytes();
        yield return new TiffFile(Width, Height, 16, 1, Samples(1)) { Compression = 5 }.ToBytes();
        yield return new TiffFile(Width, Height, 8, 4, Samples(4)) { Photometric = 5 }.ToBytes();
        yield return new TiffFile(Width, Height, 8, 2, Samples(2)) { ExtraSamples = [2] }.ToBytes();
        yield return new TiffFile(Width, Height, 4, 1, [.. Samples(1).Select(value => value & 15)])
        {
            Photometric = 3, ColorMap = [.. Enumerable.Range(0, 48).Select(level => (ushort)(level * 1000))],
        }.ToBytes();
        yield return new TiffFile(Width, Height, 1, 1, [.. Samples(1).Select(value => value & 1)]) { Photometric = 0 }
            .ToBytes();
    }

    private static uint[] Samples(int bands) =>
        [.. Enumerable.Range(0, Width * Height * bands).Select(index => (uint)(index * 7 % 256))];

    private static Image Picture(int bands)
    {
        byte[] pixels = [.. Samples(bands).Select(value => (byte)value)];
        return Image.NewFromMemory(pixels, Width, Height, bands, Enums.BandFormat.Uchar)
            .Copy(interpretation: bands < 3 ? Enums.Interpretation.Bw : Enums.Interpretation.Srgb);
    }
}
