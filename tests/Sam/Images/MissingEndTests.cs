using System.Buffers.Binary;
using NetVips;
using Segmentation.Sam.Images;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Sam.Tests.Images;

/// <summary>Files that lack only what stands behind their pixels are read; those that lack pixels are not.</summary>
public sealed class MissingEndTests
{
    private static readonly Image _picture = Pictures.ToVips(Pictures.Ramps(80, 60));

    public static TheoryData<string, byte[]> Jpegs => new()
    {
        { "baseline", _picture.JpegsaveBuffer() },
        { "without subsampling", _picture.JpegsaveBuffer(subsampleMode: Enums.ForeignSubsample.Off) },
        { "grey", Pictures.Plain(80, 60, 90).JpegsaveBuffer() },
        { "progressive", _picture.JpegsaveBuffer(interlace: true) },
        { "progressive with optimised scans", _picture.JpegsaveBuffer(interlace: true, optimizeScans: true) },
        { "restart markers", _picture.JpegsaveBuffer(restartInterval: 4) },
        { "CMYK", _picture.IccTransform("cmyk", inputProfile: "srgb").JpegsaveBuffer() },
    };

    [Theory]
    [MemberData(nameof(Jpegs))]
    public void ReadFull_JpegWithoutItsEndMarker_GivesThePixels(string name, byte[] file)
    {
        Assert.NotEmpty(name);
        Assert.Equal(0xD9, file[^1]);
        Assert.Equal(Read(file).Pixels, Read(file[..^2]).Pixels);
        Assert.Equal(Read(file).Pixels, Read(file[..^1]).Pixels);
    }

    [Theory]
    [MemberData(nameof(Jpegs))]
    public void ReadFull_JpegCutInItsPixels_IsDamaged(string name, byte[] file)
    {
        Assert.NotEmpty(name);
        // The last byte of pixels may hold nothing but filling bits.
        foreach (var missing in new[] { 5, 6, 9, 20, 50, 100 })
        {
            Assert.Equal(ImageError.Damaged, Assert.Throws<ImageException>(() => Read(file[..^missing])).Error);
        }
    }

    [Fact]
    public void ReadFull_ProgressiveJpegCutBetweenScans_IsDamaged()
    {
        var file = _picture.JpegsaveBuffer(interlace: true);
        var scans = Enumerable.Range(0, file.Length - 1)
            .Where(at => file[at] == 0xFF && file[at + 1] == 0xDA).ToArray();
        Assert.InRange(scans.Length, 3, 20);
        foreach (var scan in scans[1..])
        {
            Assert.Equal(ImageError.Damaged, Assert.Throws<ImageException>(() => Read(file[..scan])).Error);
        }
    }

    [Fact]
    public void ReadFull_PngWithoutItsEnd_GivesThePixels()
    {
        foreach (var isInterlaced in new[] { false, true })
        {
            var file = _picture.PngsaveBuffer(interlace: isInterlaced);
            Assert.Equal("IEND"u8, file.AsSpan(file.Length - 8, 4));
            for (var missing = 1; missing <= 12; missing++)
            {
                Assert.Equal(Read(file).Pixels, Read(file[..^missing]).Pixels);
            }
        }
    }

    [Fact]
    public void ReadFull_GifWithoutItsTrailer_GivesThePixels()
    {
        var file = _picture.GifsaveBuffer();
        Assert.Equal(0x3B, file[^1]);
        Assert.Equal(Read(file).Pixels, Read(file[..^1]).Pixels);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ReadFull_WebPWithoutWhatFollowsThePixels_GivesThePixels(bool hasProfile)
    {
        var image = hasProfile ? _picture.IccTransform("p3", inputProfile: "srgb") : _picture;
        var keep = hasProfile ? Enums.ForeignKeep.Icc : Enums.ForeignKeep.None;
        var file = image.WebpsaveBuffer(lossless: true, keep: keep);
        // One more chunk of which only the header arrived, and a file's length that counts it.
        byte[] cut = [.. file, .. "XMP "u8, 100, 0, 0, 0, 1, 2, 3];
        BinaryPrimitives.WriteInt32LittleEndian(cut.AsSpan(4), file.Length + 100);
        Assert.Equal(Read(file).Pixels, Read(cut).Pixels);
    }

    private static RgbImage Read(byte[] file) =>
        ImageReader.ReadFull(file, ImageLimits.Default, TestContext.Current.CancellationToken);
}
