namespace Segmentation.Cli.Tests;

/// <summary>The picture outlives its answers.</summary>
public sealed class SegmentOutputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _photo;

    public SegmentOutputTests()
    {
        _photo = _folder.File("photo.png");
        File.Copy(Segctl.Image("coffee.png"), _photo);
        File.CreateSymbolicLink(_folder.File("link.png"), _photo);
    }

    [Theory]
    [InlineData("--output", "photo.png")]
    [InlineData("--cutout", "photo.png")]
    [InlineData("--logits", "photo.png")]
    [InlineData("--json", "photo.png")]
    [InlineData("--output", "link.png")]
    public async Task Segment_OutputIsThePicture_RefusesAndLeavesIt(string option, string file)
    {
        var before = await File.ReadAllBytesAsync(_photo, TestContext.Current.CancellationToken);

        var result = await Segctl.RunAsync("segment", _photo, "--point", "300,200", option, _folder.File(file));

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(
            $"{option}: {_folder.File(file)} is the picture itself", result.Error, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(_photo, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Segment_TwoOutputsOfOneName_Refuses()
    {
        var result = await Segctl.RunAsync(
            "segment", _photo, "--point", "300,200", "--output", _folder.File("a.png"), "--cutout",
            _folder.File("a.png"));

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--output and --cutout name one file", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("a.png")));
    }

    [Fact]
    public async Task Segment_OutputThatIsAnotherFile_IsReplacedAsBefore()
    {
        await File.WriteAllTextAsync(_folder.File("a.png"), "old", TestContext.Current.CancellationToken);

        var result = await Segctl.RunAsync("segment", _photo, "--point", "300,200", "--output", _folder.File("a.png"));

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.True(new FileInfo(_folder.File("a.png")).Length > 1000);
    }

    public void Dispose() => _folder.Dispose();
}
