using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Segmentation.Doors.Geography;

namespace Segmentation.Doors.Tests.Geography;

public sealed class GeoTiffFileTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Write_SeveralStrips_KeepsNumbersAndTags(int sampleBytes)
    {
        const int Width = 700;
        const int Height = 900;
        var samples = new byte[Width * Height * sampleBytes];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = (byte)(i * 7 / 100);
        }

        var tags = new GeoTags(
            [0.5, 0.5, 0], [0, 0, 0, 300_000, 5_000_000, 0], [], GeoPicture.Projected(32633), [1.5], "WGS 84|\0"u8.ToArray());
        var file = GeoTiffFile.Write(Width, Height, sampleBytes, samples, tags, Cancel);
        var read = Georeference.Read(file)!;

        Assert.Equal((Width, Height, (int?)32633), ((int)read.Width, (int)read.Height, read.Epsg));
        Assert.Equal(tags.Scale, read.Tags.Scale);
        Assert.Equal(tags.Tiepoints, read.Tags.Tiepoints);
        Assert.Equal(tags.Keys, read.Tags.Keys);
        Assert.Equal(tags.Numbers, read.Tags.Numbers);
        Assert.Equal(tags.Text, read.Tags.Text);
        Assert.Equal(samples, Samples(file));
    }

    [Fact]
    public void Write_WithoutTags_LiesNowhere() =>
        Assert.Null(Georeference.Read(GeoTiffFile.Write(3, 1, 2, MemoryMarshal.AsBytes<ushort>([1, 2, 300]), null, Cancel)));

    [Fact]
    public void Write_Cancelled_Ends() => Assert.Throws<OperationCanceledException>(
        () => GeoTiffFile.Write(1, 1, 1, new byte[1], null, new CancellationToken(canceled: true)));

    /// <summary>The numbers of a file that is little-endian and compressed by Deflate.</summary>
    public static byte[] Samples(byte[] file)
    {
        using var samples = new MemoryStream();
        foreach (var (start, length) in Values(file, 273).Zip(Values(file, 279)))
        {
            using var strip = new ZLibStream(new MemoryStream(file, (int)start, (int)length), CompressionMode.Decompress);
            strip.CopyTo(samples);
        }

        return samples.ToArray();
    }

    private static uint[] Values(byte[] file, int tag)
    {
        var directory = file.AsSpan((int)BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(4)));
        for (var at = 2; ; at += 12)
        {
            if (BinaryPrimitives.ReadUInt16LittleEndian(directory[at..]) != tag)
            {
                continue;
            }

            var count = (int)BinaryPrimitives.ReadUInt32LittleEndian(directory[(at + 4)..]);
            var values = count == 1 ? directory[(at + 8)..]
                : file.AsSpan((int)BinaryPrimitives.ReadUInt32LittleEndian(directory[(at + 8)..]));
            return [.. MemoryMarshal.Cast<byte, uint>(values[..(count * 4)])];
        }
    }
}
