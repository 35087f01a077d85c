namespace Segmentation.Cli.Tests;

/// <summary>Command lines that cannot work end with exit code 2, sentences, and nothing written.</summary>
public sealed class EverythingUsageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("--points-per-side: points_per_side is 0; allowed is 1 to 1024.", "--points-per-side", "0")]
    [InlineData("--pred-iou-thresh: pred_iou_thresh is 2; allowed is 0 to 1.", "--pred-iou-thresh", "2")]
    [InlineData("--crop-n-layers: crop_n_layers is 9; allowed is 0 to 8.", "--crop-n-layers", "9", "--threads", "0")]
    [InlineData("segctl: --threads: threads is 0; allowed is at least 1.", "--crop-n-layers", "9", "--threads", "0")]
    [InlineData("Cannot parse argument 'many'", "--points-per-side", "many")]
    [InlineData("--format: 'gif' is none of sa1b, coco, png.", "--format", "gif")]
    [InlineData("no-such-file.json has no point grids", "--point-grids", "no-such-file.json")]
    public async Task Everything_WrongOption_SaysWhatAndExitsWithTwo(string message, params string[] arguments)
    {
        var result = await Segctl.RunAsync(
            ["everything", Segctl.Image("coins.png"), "--output", _folder.File("out"), .. arguments]);

        AssertUsage(message, result);
        Assert.False(Directory.Exists(_folder.File("out")));
    }

    [Theory]
    [InlineData("[[[0.5, 0.5, 1]]]", "has a point that is not [x, y]")]
    [InlineData("{\"x\": 1}", "has no point grids")]
    [InlineData("[[[0.5, 1.5]]]", "point_grids[0] has the point 0.5, 1.5; allowed is 0 to 1")]
    [InlineData("[]", "point_grids has 0 grids; allowed is at least 1")]
    public async Task Everything_WrongPointGrids_SaysWhat(string json, string message)
    {
        var grids = _folder.File("grids.json");
        await File.WriteAllTextAsync(grids, json, TestContext.Current.CancellationToken);

        AssertUsage(message, await Segctl.RunAsync(
            "everything", Segctl.Image("coins.png"), "--output", _folder.File("out"), "--point-grids", grids));
    }

    [Fact]
    public async Task Everything_PointGridsAndPointsPerSide_ExcludeEachOther()
    {
        var grids = _folder.File("grids.json");
        await File.WriteAllTextAsync(grids, "[[[0.5, 0.5]]]", TestContext.Current.CancellationToken);

        AssertUsage("both are given", await Segctl.RunAsync(
            "everything", Segctl.Image("coins.png"), "--output", _folder.File("out"), "--point-grids", grids,
            "--points-per-side", "8"));
    }

    [Fact]
    public async Task Everything_NoOutput_SaysSo() => AssertUsage(
        "--output", await Segctl.RunAsync("everything", Segctl.Image("coins.png")));

    [Fact]
    public async Task Everything_FolderWithoutImages_SaysWhatWasLookedFor()
    {
        Directory.CreateDirectory(_folder.File("in"));

        AssertUsage("*.jpg, *.jpeg, *.png", await Segctl.RunAsync(
            "everything", _folder.File("in"), "--output", _folder.File("out")));
    }

    [Fact]
    public async Task Everything_ResultsOfOneName_NamesBothImages()
    {
        Directory.CreateDirectory(_folder.File("in"));
        File.Copy(Segctl.Image("coins.png"), _folder.File("in/coins.png"));
        File.Copy(Segctl.Image("coins.png"), _folder.File("in/Coins.jpg"));

        AssertUsage("Coins.jpg and coins.png would have one name", await Segctl.RunAsync(
            "everything", _folder.File("in"), "--output", _folder.File("out")));
    }

    [Fact]
    public async Task Everything_PicturesOntoTheImages_Refuses()
    {
        Directory.CreateDirectory(_folder.File("in"));
        File.Copy(Segctl.Image("coins.png"), _folder.File("in/coins.png"));

        AssertUsage("the folder that the images are in", await Segctl.RunAsync(
            "everything", _folder.File("in/coins.png"), "--format", "png", "--output", _folder.File("in")));
    }

    [Fact]
    public async Task Help_Everything_ShowsExamplesAndDefaults()
    {
        var result = await Segctl.RunAsync("everything", "--help");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("segctl everything photo.jpg --output masks", result.Output, StringComparison.Ordinal);
        Assert.Contains("[default: 0.88]", result.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static void AssertUsage(string message, SegctlResult result)
    {
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }
}
