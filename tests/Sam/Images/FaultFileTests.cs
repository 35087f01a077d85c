using NetVips;
using Segmentation.Sam.Images;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Sam.Tests.Images;

/// <summary>Small files that were read wrongly, or refused with a wrong reason.</summary>
public sealed class FaultFileTests
{
    [Fact]
    public void ReadFull_TiledTiffWhoseTileIsCut_IsDamaged() => AssertRefused(
        Fault("f1_tile_cut.tif"), ImageError.Damaged, "damaged or cut off");

    [Fact]
    public void ReadFull_FourthBandThatIsNoAlpha_IsLeftOut() => Assert.Equal(
        Read(Fault("f2_green.tif")).Pixels, Read(Fault("f2_nir.tif")).Pixels);

    [Fact]
    public void ReadFull_ThreeSamplesBlackIsZero_AreRgb()
    {
        var image = Read(Fault("f3_minisblack_rgb16.tif"));
        Assert.Equal((16, 16), (image.Width, image.Height));
        Assert.All(image.Pixels, level => Assert.Equal(128, level));
    }

    [Theory]
    [InlineData("f5_float64.tif", "floating-point numbers of 64 bits")]
    [InlineData("f5_zstd_strip.tif", "ZSTD")]
    public void ReadFull_TiffOfOtherKind_IsNotSupportedAndNamed(string name, string expected) => AssertRefused(
        Fault(name), ImageError.UnsupportedFormat, "not supported", expected);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ReadFull_JpegInTiffCut_IsDamaged(bool isTiled)
    {
        var file = Pictures.ToVips(Pictures.Ramps(64, 64)).TiffsaveBuffer(
            compression: Enums.ForeignTiffCompression.Jpeg, tile: isTiled, tileWidth: 32, tileHeight: 32);
        Assert.Equal(64, Read(file).Width);
        // The end marker of the last stream of JPEG, and the bytes before it; tables follow behind the directory.
        var end = file.AsSpan(0, BitConverter.ToInt32(file, 4)).LastIndexOf<byte>([0xFF, 0xD9]);
        file.AsSpan(end - 8, 10).Clear();
        AssertRefused(file, ImageError.Damaged, "damaged or cut off");
    }

    [Fact]
    public void ReadFull_FaxInTiffCut_IsDamaged()
    {
        // A chessboard of single pixels, which fax compression does not shorten.
        var pixels = Enumerable.Range(0, 64 * 64).Select(i => (byte)((i + i / 64) % 2 * 255)).ToArray();
        foreach (var isTiled in new[] { false, true })
        {
            var file = Pictures.ToVips(64, 64, pixels).TiffsaveBuffer(
                compression: Enums.ForeignTiffCompression.Ccittfax4,
                bitdepth: 1,
                tile: isTiled,
                tileWidth: 64,
                tileHeight: 64);
            Assert.Equal(pixels, Read(file).Pixels.Where((_, i) => i % 3 == 0));
            // Little-endian, classic: the only directory is at the end, and its strips or tile begin at offset 8.
            var directory = BitConverter.ToInt32(file, 4);
            for (var entry = directory + 2; ; entry += 12)
            {
                if (BitConverter.ToUInt16(file, entry) is not (279 or 325))
                {
                    continue;
                }

                BitConverter.TryWriteBytes(file.AsSpan(entry + 8), BitConverter.ToInt32(file, entry + 8) / 2);
                break;
            }

            AssertRefused(file, ImageError.Damaged, "damaged or cut off");
        }
    }

    private static byte[] Fault(string name) => Samples.Read("faults", name);

    private static void AssertRefused(byte[] file, ImageError error, params string[] expected)
    {
        var exception = Assert.Throws<ImageException>(() => Read(file));
        Assert.Equal(error, exception.Error);
        Assert.All(expected, part => Assert.Contains(part, exception.Message, StringComparison.Ordinal));
    }

    private static RgbImage Read(byte[] file) =>
        ImageReader.ReadFull(file, ImageLimits.Default, TestContext.Current.CancellationToken);
}
