using System.Text.Json;

namespace Segmentation.Cli.Tests;

/// <summary><c>segctl everything</c> in folders where people keep other things as well.</summary>
public sealed class EverythingFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public EverythingFolderTests()
    {
        Directory.CreateDirectory(_folder.File("photos"));
        File.Copy(Segctl.Image("coins.png"), _folder.File("photos/coins.png"));
    }

    [Fact]
    public async Task Everything_ForeignAnnotations_RefusesBeforeAnyWork()
    {
        const string Foreign = """{"images": [], "annotations": [], "categories": []}""";
        Directory.CreateDirectory(_folder.File("out"));
        await WriteAsync("out/annotations.json", Foreign);

        var refused = await RunAsync("out", "--format", "coco");
        var kept = await ReadAsync("out/annotations.json");
        var forced = await RunAsync("out", "--format", "coco", "--overwrite");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(_folder.File("out/annotations.json"), refused.Error, StringComparison.Ordinal);
        Assert.Contains("--overwrite", refused.Error, StringComparison.Ordinal);
        Assert.Equal(Foreign, kept);
        Assert.True(forced.ExitCode == 0, forced.Error);
        Assert.Contains("\"segctl\"", await ReadAsync("out/annotations.json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_LabelmeFileBesideThePhotograph_RefusesBeforeAnyWork()
    {
        const string Labelme = """{"version": "5.4.1", "shapes": [], "imagePath": "coins.png"}""";
        await WriteAsync("photos/coins.json", Labelme);
        File.Copy(Segctl.Image("coffee.png"), _folder.File("photos/another.png"));

        var result = await RunAsync("photos");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("photos/coins.json is no result of this program", result.Error, StringComparison.Ordinal);
        Assert.Equal(Labelme, await ReadAsync("photos/coins.json"));
        Assert.Equal(
            ["another.png", "coins.json", "coins.png"],
            Directory.GetFiles(_folder.File("photos")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("sa1b")]
    [InlineData("png")]
    public async Task Everything_PictureChangedSince_IsDoneAgainAndSaysWhy(string format)
    {
        File.Copy(Segctl.Image("coffee.png"), _folder.File("photos/other.png"));
        var first = await RunAsync("out", "--format", format);
        File.Copy(Segctl.Image("coffee.png"), _folder.File("photos/coins.png"), overwrite: true);

        var second = await RunAsync("out", "--format", format);
        var third = await RunAsync("out", "--format", format);

        Assert.Equal((0, 0, 0), (first.ExitCode, second.ExitCode, third.ExitCode));
        Assert.Matches(
            @"^segctl: coins.png is done again: the picture has changed since its result was made.\n"
            + @"1 image with \d+ masks in [\d.]+ s, 1 done before\n$",
            second.Error);
        Assert.Matches(@"^0 images with 0 masks in [\d.]+ s, 2 done before\n$", third.Error);
    }

    [Fact]
    public async Task Everything_Result_SaysWhatMadeItOfWhichBytes()
    {
        var result = await RunAsync("out");

        Assert.Equal(0, result.ExitCode);
        using var json = JsonDocument.Parse(await ReadAsync("out/coins.json"));
        var origin = json.RootElement.GetProperty("info").GetProperty("segctl");
        Assert.Matches(@"^\d+\.\d+\.\d+", origin.GetProperty("version").GetString());
        Assert.Matches("^[0-9a-f]{64}$", origin.GetProperty("model").GetString());
        Assert.Equal(
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(
                await File.ReadAllBytesAsync(Segctl.Image("coins.png"), TestContext.Current.CancellationToken))),
            origin.GetProperty("image_sha256").GetString());
        Assert.Equal(4, origin.GetProperty("options").GetProperty("points_per_side").GetInt32());
    }

    [Fact]
    public async Task Everything_PicturesThroughALinkOntoTheImages_Refuses()
    {
        Directory.CreateSymbolicLink(_folder.File("link"), _folder.File("photos"));

        var result = await RunAsync("link", "--format", "png", "--overwrite");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("the folder that the images are in", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_SegmentationWithoutCoco_SaysWhatItIsFor()
    {
        var result = await RunAsync("out", "--segmentation", "polygon");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--segmentation: only --format coco", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_Polygon_WritesPolygonsAndGoesOnFromRunLengths()
    {
        await RunAsync("out", "--format", "coco");

        var result = await RunAsync("out", "--format", "coco", "--segmentation", "polygon");

        Assert.Matches("^0 images with 0 masks", result.Error);
        using var json = JsonDocument.Parse(await ReadAsync("out/annotations.json"));
        Assert.Contains(
            json.RootElement.GetProperty("annotations").EnumerateArray(),
            annotation => annotation.GetProperty("segmentation").ValueKind == JsonValueKind.Array);
    }

    public void Dispose() => _folder.Dispose();

    private Task<SegctlResult> RunAsync(string output, params string[] arguments) => Segctl.RunAsync(
    [
        "everything", _folder.File("photos"), "--output", _folder.File(output), "--points-per-side", "4", .. arguments,
    ]);

    private Task WriteAsync(string file, string text) =>
        File.WriteAllTextAsync(_folder.File(file), text, TestContext.Current.CancellationToken);

    private Task<string> ReadAsync(string file) =>
        File.ReadAllTextAsync(_folder.File(file), TestContext.Current.CancellationToken);
}
