using Segmentation.Sam.Images;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Sam.Tests.Images;

/// <summary>TIFFs of every storage and every kind of pixel: each gives its pixels, or a reason that is true.</summary>
public sealed class TiffPictureTests
{
    private const int Width = 37;
    private const int Height = 21;

    // Compressions that are written here, with and without Deflate's usual predictor.
    private static readonly (int Compression, int Predictor)[] _codecs =
        [(1, 1), (5, 1), (5, 2), (8, 1), (8, 2), (32773, 1)];

    public static TheoryData<string> Kinds => [.. _kinds.Keys];

    // Name, photometric interpretation, channels, extra samples; what one pixel becomes, all values within 0 and 1.
    private static readonly Dictionary<string, Kind> _kinds = new()
    {
        ["grey"] = new(1, 1, [], p => [p[0], p[0], p[0]]),
        ["white is zero"] = new(0, 1, [], p => [1 - p[0], 1 - p[0], 1 - p[0]]),
        ["grey and alpha"] = new(1, 2, [2], p => Over(p[1], p[0], p[0], p[0])),
        ["grey and alpha, white is zero"] = new(0, 2, [2], p => Over(p[1], 1 - p[0], 1 - p[0], 1 - p[0])),
        ["grey and something"] = new(1, 2, [0], p => [p[0], p[0], p[0]]),
        ["grey and an unnamed band"] = new(1, 2, [], p => [p[0], p[0], p[0]]),
        ["RGB"] = new(2, 3, [], p => p),
        ["RGB and alpha"] = new(2, 4, [2], p => Over(p[3], p[0], p[1], p[2])),
        ["RGB and premultiplied alpha"] =
            new(2, 4, [1], p => Over(p[3], Straight(p, 0), Straight(p, 1), Straight(p, 2))),
        ["RGB and near infra-red"] = new(2, 4, [0], p => p[..3]),
        ["RGB and an unnamed band"] = new(2, 4, [], p => p[..3]),
        ["RGB, near infra-red and alpha"] = new(2, 5, [0, 2], p => Over(p[4], p[0], p[1], p[2])),
        ["RGB, alpha and something"] = new(2, 5, [2, 0], p => Over(p[3], p[0], p[1], p[2])),
        ["three bands, black is zero"] = new(1, 3, [0, 0], p => p),
        ["three unnamed bands, black is zero"] = new(1, 3, [], p => p),
        ["four bands, black is zero"] = new(1, 4, [0, 0, 0], p => p[..3]),
        ["four bands with alpha, black is zero"] = new(1, 4, [0, 0, 2], p => Over(p[3], p[0], p[1], p[2])),
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ReadFull_EveryStorageOfAKind_GivesThePixels(string kind)
    {
        var (photometric, channels, extras, rgb) = _kinds[kind];
        foreach (var file in Storages(photometric, channels, extras))
        {
            var expected = new byte[Width * Height * 3];
            var most = (double)(file.Bits == 16 ? 65_535 : 255);
            for (var pixel = 0; pixel < Width * Height; pixel++)
            {
                var samples = file.Values.AsSpan(pixel * channels, channels).ToArray().Select(v => v / most).ToArray();
                for (var c = 0; c < 3; c++)
                {
                    expected[pixel * 3 + c] = (byte)Math.Round(255 * rgb(samples)[c]);
                }
            }

            var actual = Read(file.ToBytes());
            Assert.Equal((Width, Height), (actual.Width, actual.Height));
            // Of 16 bits colours and alpha are cut to 8 each, and what was multiplied has lost its last bits.
            var allowed = extras.Contains(1) || (extras.Contains(2) && file.Bits == 16) ? 3 : 1;
            var difference = Pictures.LargestDifference(expected, actual.Pixels);
            Assert.True(difference <= allowed, $"{kind}: {difference} levels: {Describe(file)}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(16)]
    public void ReadFull_PaletteOrFewBits_GivesThePixels(int bits)
    {
        var levels = 1 << bits;
        var values = Enumerable.Range(0, Width * Height).Select(i => (uint)(i * 7 % levels)).ToArray();
        var map = Enumerable.Range(0, levels * 3).Select(i => (ushort)(i * 211 % 256 * 257)).ToArray();
        foreach (var tile in new[] { 0, 16 })
        {
            var file = new TiffFile(Width, Height, bits, 1, values) { Tile = tile, Compression = 8 };
            Check(file with { Photometric = 3, ColorMap = map }, Colour);
            Check(file, value => Grey(value));
            Check(file with { Photometric = 0 }, value => Grey(levels - 1 - value));
        }

        byte[] Colour(uint index) => [.. map.Skip((int)index * 3).Take(3).Select(level => (byte)(level >> 8))];

        byte[] Grey(double value) => [.. Enumerable.Repeat((byte)(value * 255 / (levels - 1)), 3)];

        static void Check(TiffFile file, Func<uint, byte[]> rgb)
        {
            var difference = Pictures.LargestDifference([.. file.Values.SelectMany(rgb)], Read(file.ToBytes()).Pixels);
            Assert.True(difference <= 1, Describe(file));
        }
    }

    [Theory]
    [InlineData(8, 3, "floating-point numbers of 16 bits", 16)]
    [InlineData(8, 3, "floating-point numbers of 32 bits", 32)]
    [InlineData(8, 3, "floating-point numbers of 64 bits", 64)]
    [InlineData(8, 6, "complex numbers of 64 bits", 64)]
    [InlineData(8, 5, "complex numbers of 32 bits", 32)]
    [InlineData(8, 2, "signed numbers", 8)]
    [InlineData(1, 1, "of 12 bits", 12)]
    [InlineData(1, 1, "of 10 bits", 10)]
    [InlineData(1, 1, "of 32 bits", 32)]
    public void ReadFull_OtherNumbers_AreNamed(int compression, int format, string expected, int bits)
    {
        (int, bool, int)[] storages = [(0, false, 1), (16, false, 3), (16, true, 3), (0, true, 3)];
        foreach (var (tile, isSeparate, channels) in storages)
        {
            var values = new uint[Width * Height * channels];
            AssertUnsupported(
                new TiffFile(Width, Height, bits, channels, values)
                {
                    Photometric = channels == 1 ? 1 : 2,
                    SampleFormat = format,
                    Tile = tile,
                    IsSeparate = isSeparate,
                    Compression = compression,
                },
                expected);
        }
    }

    [Theory]
    [InlineData(50000, "ZSTD")]
    [InlineData(34925, "LZMA")]
    [InlineData(34887, "LERC")]
    [InlineData(50001, "WebP")]
    [InlineData(50002, "JPEG XL")]
    [InlineData(34712, "JPEG 2000")]
    [InlineData(33005, "JPEG 2000")]
    [InlineData(34661, "JBIG")]
    [InlineData(12345, "the unknown method 12345")]
    public void ReadFull_OtherCompressions_AreNamed(int compression, string expected)
    {
        foreach (var tile in new[] { 0, 16 })
        {
            AssertUnsupported(File(8, 3, 2) with { Compression = compression, Tile = tile }, expected);
        }
    }

    [Theory]
    [InlineData(8, "CIELAB")]
    [InlineData(32803, "camera's sensor")]
    [InlineData(32845, "logarithmic luminance")]
    [InlineData(4, "transparency mask")]
    [InlineData(77, "unknown kind 77")]
    public void ReadFull_OtherColours_AreNamed(int photometric, string expected) =>
        AssertUnsupported(File(8, 3, photometric), expected);

    [Fact]
    public void ReadFull_ChannelsWithoutMeaning_AreNamed()
    {
        AssertUnsupported(File(8, 7, 1), "7 channels and does not say which of them are red, green and blue");
        AssertUnsupported(File(8, 7, 2), "7 channels, more than 2 besides");
        AssertUnsupported(File(8, 2, 2), "announces RGB colours, but has only 2 channels");
        AssertUnsupported(File(8, 3, 6) with { SubSampling = [1, 1] }, "YCbCr colours that are neither");
    }

    [Fact]
    public void ReadFull_ChunkThatCannotBeDecoded_IsDamaged()
    {
        foreach (var file in Storages(2, 3, []))
        {
            // The second strip or tile where there is one.
            var spoiled = file.Tile == 64 || (file.Tile == 0 && file.RowsPerStrip > Height) ? 0 : 1;
            foreach (var (name, spoil) in Damages(file.Compression))
            {
                var cut = file with { Spoil = (index, bytes) => index == spoiled ? spoil(bytes) : bytes };
                var exception = Record.Exception(() => Read(cut.ToBytes())) as ImageException;
                Assert.True(exception?.Error == ImageError.Damaged, $"{name}: {Describe(file)}: {exception?.Message}");
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    public void ReadFull_ChunkWithoutData_IsNamed(int tile) => AssertUnsupported(
        File(8, 3, 2) with { Tile = tile, Compression = 8, Spoil = (index, bytes) => index == 1 ? [] : bytes },
        "1 has no data");

    [Fact]
    public void ReadFull_TilesFarLargerThanThePicture_AreTooLarge()
    {
        var file = new TiffFile(5000, 1, 8, 1, new uint[5000]) { Tile = 4096, Compression = 8 };
        var limits = new ImageLimits { MaxPixels = 20_000_000 };
        var exception = Assert.Throws<ImageException>(() => ImageReader.ReadHeader(file.ToBytes(), limits));
        Assert.Equal(ImageError.TooLarge, exception.Error);
        Assert.Contains("33.554432 megapixels", exception.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<TiffFile> Storages(int photometric, int channels, int[] extras)
    {
        var index = 0;
        foreach (var bits in new[] { 8, 16 })
        {
            foreach (var (compression, predictor) in _codecs)
            {
                foreach (var (tile, rows) in new[] { (0, 5), (0, 200), (16, 0), (64, 0) })
                {
                    foreach (var isSeparate in new[] { false, true })
                    {
                        index++;
                        yield return File(bits, channels, photometric) with
                        {
                            ExtraSamples = extras,
                            Tile = tile,
                            RowsPerStrip = rows,
                            IsSeparate = isSeparate && channels > 1,
                            Compression = compression,
                            Predictor = predictor,
                            IsBig = index % 3 == 0,
                            IsBigEndian = index % 2 == 0,
                        };
                    }
                }
            }
        }
    }

    private static IEnumerable<(string, Func<byte[], byte[]>)> Damages(int compression)
    {
        yield return ("cut", bytes => bytes[..(bytes.Length * 2 / 3)]);
        if (compression == 8)
        {
            yield return ("overwritten", bytes => [.. bytes[..4], .. Enumerable.Repeat((byte)0xFF, bytes.Length - 4)]);
        }
    }

    private static TiffFile File(int bits, int channels, int photometric)
    {
        var random = new Random(bits * 100 + channels);
        var values = new uint[Width * Height * channels];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (uint)random.Next(1 << bits);
        }

        // A premultiplied colour is never above its alpha, wherever alpha is.
        for (var i = 0; channels > 3 && i < values.Length; i += channels)
        {
            values[i + 3] = Math.Max(values[i + 3], Math.Max(values[i], Math.Max(values[i + 1], values[i + 2])));
        }

        return new TiffFile(Width, Height, bits, channels, values) { Photometric = photometric };
    }

    private static void AssertUnsupported(TiffFile file, string expected)
    {
        var exception = Assert.Throws<ImageException>(() => Read(file.ToBytes()));
        Assert.Equal(ImageError.UnsupportedFormat, exception.Error);
        Assert.Contains("not supported", exception.Message, StringComparison.Ordinal);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    private static double[] Over(double alpha, params double[] rgb) => [.. rgb.Select(c => c * alpha + 1 - alpha)];

    private static double Straight(double[] pixel, int channel) =>
        pixel[3] == 0 ? 0 : Math.Min(1, pixel[channel] / pixel[3]);

    private static string Describe(TiffFile file) =>
        $"{file.Bits} bits, compression {file.Compression}, predictor {file.Predictor}, tile {file.Tile}, "
            + $"rows {file.RowsPerStrip}, separate {file.IsSeparate}, big {file.IsBig}, big-endian {file.IsBigEndian}, "
            + $"photometric {file.Photometric}";

    private static RgbImage Read(byte[] file) =>
        ImageReader.ReadFull(file, ImageLimits.Default, TestContext.Current.CancellationToken);

    private sealed record Kind(int Photometric, int Channels, int[] Extras, Func<double[], double[]> Rgb);
}
