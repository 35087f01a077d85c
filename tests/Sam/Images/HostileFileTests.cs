using NetVips;
using Segmentation.Sam.Images;
using Segmentation.Sam.Images.Containers;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Sam.Tests.Images;

/// <summary>Small legal files that take a library long, or much memory.</summary>
public sealed class HostileFileTests
{
    public static TheoryData<string, byte[]> ManyGroups
    {
        get
        {
            var groups = LosslessBits.OfGroups(512, 512, 5000, 2);
            var after = LosslessBits.OfGroups(512, 512, 5000, 2, hasTransforms: true);
            var changes = LosslessBits.OfGroups(4000, 4000, 2, 4);
            return new()
            {
                { "groups", LosslessBits.File(512, 512, groups) },
                { "behind transforms", LosslessBits.File(512, 512, after) },
                { "in a frame", LosslessBits.Animation(512, 512, groups) },
                { "in transparency", LosslessBits.Transparent(512, 512, groups) },
                { "changes", LosslessBits.File(4000, 4000, changes) },
            };
        }
    }

    [Theory]
    [MemberData(nameof(ManyGroups))]
    public void Measure_WebPOfManyGroupsOfCodes_IsTooComplex(string name, byte[] file)
    {
        Assert.NotEmpty(name);
        var exception = Assert.Throws<ImageException>(() => ImageReader.Measure(file, ImageLimits.Default));
        Assert.Equal(ImageError.TooComplex, exception.Error);
        Assert.Contains("groups of codes", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ReadFull_WebPOfSomeGroups_IsRead(bool hasTransforms)
    {
        // The walk and the library agree on every bit up to here, or one of them would stop.
        var file = LosslessBits.File(512, 512, LosslessBits.OfGroups(512, 512, 4096, 3, hasTransforms));
        var image = Read(file);
        Assert.Equal((512, 512), (image.Width, image.Height));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(6)]
    public void ReadFull_WebPOfAnEncoder_IsRead(int effort)
    {
        // Photographs have predictors, colour transforms, caches of colours and groups; palettes of few have indices.
        using var photograph = Image.NewFromBuffer(Samples.Image("coffee.png").ToArray());
        using var few = photograph.Linear([1 / 64.0], [0]).Cast(Enums.BandFormat.Uchar).Linear([64], [0])
            .Cast(Enums.BandFormat.Uchar);
        foreach (var image in new[] { photograph, few, photograph.Colourspace(Enums.Interpretation.Bw) })
        {
            var expected = image.Colourspace(Enums.Interpretation.Srgb).WriteToMemory<byte>();
            var file = image.WebpsaveBuffer(lossless: true, effort: effort, keep: Enums.ForeignKeep.None);
            Assert.Equal(expected, Read(file).Pixels);
            Assert.True(WebPView.Of(file).HasCodeGroups);
        }
    }

    [Fact]
    public void ReadHeader_LargeWebP_IsTooLarge()
    {
        var file = LosslessBits.File(5001, 5000, LosslessBits.OfGroups(16, 16, 1, 9));
        var exception = Assert.Throws<ImageException>(() => ImageReader.ReadHeader(file, ImageLimits.Default));
        Assert.Equal(ImageError.TooLarge, exception.Error);
        Assert.Contains("25.005 megapixels; at most 25", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadFull_JpegOfSmallScans_IsEndedBetweenThem()
    {
        // Each scan is a few bytes for all blocks: all of them fit into what the library reads at once.
        var file = Pictures.Plain(64, 64, 90, 120, 150).JpegsaveBuffer(interlace: true, keep: Enums.ForeignKeep.None);
        var scans = Enumerable.Range(0, file.Length - 1).Count(at => file[at] == 0xFF && file[at + 1] == 0xDA);
        Assert.True(scans > 5 && file.Length < 4096);
        var looks = 0;
        var limits = new ImageLimits { Time = new LookedAtTime(() => looks++) };
        ImageReader.ReadFull(file, limits, TestContext.Current.CancellationToken);
        Assert.True(looks > scans + 5, $"{looks} looks at the clock within {scans} scans");
    }

    [Fact]
    public void Measure_FilesOfOneSize_SaysWhatEachKindTakes()
    {
        using var image = Pictures.Plain(2000, 1500, 90, 120, 150);
        var (area, full) = (2000L * 1500, 2000L * 1500 * 3);
        var jpeg = ImageReader.Measure(image.JpegsaveBuffer(), ImageLimits.Default);
        var progressive = ImageReader.Measure(image.JpegsaveBuffer(interlace: true), ImageLimits.Default);
        var webp = ImageReader.Measure(image.WebpsaveBuffer(lossless: true), ImageLimits.Default);
        using var sideways = Pictures.WithOrientation(image, 6);
        var turned = ImageReader.Measure(sideways.JpegsaveBuffer(), ImageLimits.Default);

        Assert.Equal(
            ["image/jpeg", "image/jpeg whole", "image/webp whole"], [jpeg.Kind, progressive.Kind, webp.Kind]);
        Assert.All([jpeg, progressive, webp], cost => Assert.Equal(area, cost.Pixels));
        Assert.True(progressive.Bytes - jpeg.Bytes > 7 * area && webp.Bytes > progressive.Bytes);
        Assert.True(progressive.Time > 2 * jpeg.Time);
        Assert.Equal((full, 2 * full), (jpeg.FullBytes - jpeg.Bytes, turned.FullBytes - turned.Bytes));
    }

    private static RgbImage Read(byte[] file) =>
        ImageReader.ReadFull(file, ImageLimits.Default, TestContext.Current.CancellationToken);

    private sealed class LookedAtTime(Action look) : TimeProvider
    {
        public override long GetTimestamp()
        {
            look();
            return base.GetTimestamp();
        }
    }
}
