using System.Buffers.Binary;
using System.IO.Hashing;
using NetVips;
using Segmentation.Masks.Png;

namespace Segmentation.Masks.Tests.Png;

/// <summary>PNG files of libvips, a writer of other hands, and our own.</summary>
public sealed class PngReaderTests
{
    private const int Width = 37;
    private const int Height = 23;

    [Theory]
    [InlineData(Enums.ForeignPngFilter.None)]
    [InlineData(Enums.ForeignPngFilter.Sub)]
    [InlineData(Enums.ForeignPngFilter.Up)]
    [InlineData(Enums.ForeignPngFilter.Avg)]
    [InlineData(Enums.ForeignPngFilter.Paeth)]
    public void Read_EveryFilterAndDepth_GivesThePixels(Enums.ForeignPngFilter filter)
    {
        var bytes = Enumerable.Range(0, Width * Height).Select(at => (byte)(at * at / 11)).ToArray();
        using var grey = Image.NewFromMemoryCopy(bytes, Width, Height, 1, Enums.BandFormat.Uchar);
        using var wide = (grey * 257).Cast(Enums.BandFormat.Ushort).Copy(interpretation: Enums.Interpretation.Grey16);
        using var colour = grey.Bandjoin(grey.Invert(), grey * 0 + 7).Cast(Enums.BandFormat.Uchar)
            .Copy(interpretation: Enums.Interpretation.Srgb);
        using var alpha = colour.Bandjoin(200).Cast(Enums.BandFormat.Uchar);

        Check(grey.PngsaveBuffer(filter: filter), at => bytes[at]);
        Check(wide.PngsaveBuffer(filter: filter), at => (uint)(bytes[at] * 257));
        Check(colour.PngsaveBuffer(filter: filter), at => bytes[at] | ((uint)(255 - bytes[at]) << 8) | (7u << 16));
        Check(alpha.PngsaveBuffer(filter: filter), at => bytes[at] | ((uint)(255 - bytes[at]) << 8) | (7u << 16));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Read_FewBits_GivesNumbersNotColours(int bits)
    {
        var step = 255 / ((1 << bits) - 1);
        var numbers = Enumerable.Range(0, Width * Height).Select(at => (byte)(at % (1 << bits))).ToArray();
        using var image = Image.NewFromMemoryCopy(
            [.. numbers.Select(number => (byte)(number * step))], Width, Height, 1, Enums.BandFormat.Uchar);

        Check(image.PngsaveBuffer(bitdepth: bits), at => numbers[at]);
    }

    [Fact]
    public void Read_OwnMaps_AreTheSame()
    {
        var numbers = Enumerable.Range(0, Width * Height).Select(at => (ushort)(at * 31)).ToArray();
        var bytes = Array.ConvertAll(numbers, number => (byte)(number % 5));

        Check(LabelMapPng.Grey16(Width, Height, numbers), at => numbers[at]);
        Check(LabelMapPng.Grey(Width, Height, bytes), at => bytes[at]);
        var palette = PngReader.Read(
            LabelMapPng.Palette(Width, Height, bytes, [0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]), 10_000);
        Assert.Equal(bytes[3], palette[3, 0]);
        Assert.Equal((5, 1u | (2 << 8) | (3 << 16)), (palette.PaletteLength, palette.ColourOf(1)));
    }

    [Fact]
    public void Palette_LibvipsReadsIt_InItsColours()
    {
        var png = LabelMapPng.Palette(2, 1, new byte[] { 1, 0 }, [9, 8, 7, 200, 100, 50]);

        using var image = Image.NewFromBuffer(png);

        Assert.Equal([200, 100, 50, 9, 8, 7], image.WriteToMemory<byte>());
    }

    [Fact]
    public void Read_Interlaced_IsRefusedWithTheWayOut()
    {
        using var image = Image.Black(9, 9);

        var exception = Assert.Throws<PngFormatException>(
            () => PngReader.Read(image.PngsaveBuffer(interlace: true), 1000));

        Assert.Contains("interlaced", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_CutAnywhere_IsRefused()
    {
        var png = LabelMapPng.Grey(Width, Height, new byte[Width * Height]);

        for (var length = 0; length < png.Length; length++)
        {
            Assert.Throws<PngFormatException>(() => PngReader.Read(png.AsMemory(0, length), 10_000));
        }
    }

    [Fact]
    public void Read_HugeSizeInASmallFile_TakesNoMemory()
    {
        var png = LabelMapPng.Grey(1, 1, new byte[1]);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), 16_000);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), 16_000);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Crc32.HashToUInt32(png.AsSpan(12, 17)));
        var before = GC.GetAllocatedBytesForCurrentThread();

        var exception = Assert.Throws<PngFormatException>(() => PngReader.Read(png, 1L << 28));

        Assert.Contains("incomplete", exception.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
        Assert.Throws<PngFormatException>(() => PngReader.Read(png, 1000));
    }

    private static void Check(byte[] png, Func<int, uint> expected)
    {
        var image = PngReader.Read(png, Width * Height);
        Assert.Equal((Width, Height), PngReader.SizeOf(png));
        Assert.Equal((Width, Height), (image.Width, image.Height));
        for (var at = 0; at < Width * Height; at++)
        {
            Assert.Equal(expected(at), image[at % Width, at / Width]);
        }
    }
}
