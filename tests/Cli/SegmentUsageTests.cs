namespace Segmentation.Cli.Tests;

/// <summary>Command lines that cannot work end with exit code 2, one sentence, and nothing computed.</summary>
public sealed class SegmentUsageTests
{
    [Theory]
    [InlineData("at least one --point, --box or --mask")]
    [InlineData("is no point", "--point", "12")]
    [InlineData("is no point", "--point", "1,2,3")]
    [InlineData("is no point", "--point", "a,b")]
    [InlineData("is no point", "--point", "NaN,3")]
    [InlineData("is no box", "--box", "1,2,3")]
    [InlineData("is an empty box", "--box", "10,10,10,20")]
    [InlineData("exclude each other", "--point", "1,1", "--multimask", "--single")]
    [InlineData("cannot be mixed", "--box", "1,1,9,9", "--box", "2,2,9,9", "--point", "4,4")]
    [InlineData("lies outside of the image, which has 600 x 400", "--point", "601,10")]
    [InlineData("lies outside of the image, which has 600 x 400", "--box", "700,10,800,20")]
    [InlineData("no server address", "--point", "1,1", "--server", "ftp://host")]
    [InlineData("'/nowhere/ca.pem' cannot be read", "--point", "1,1", "--server", "https://host", "--ca", "/nowhere/ca.pem")]
    [InlineData("--flavour", "--point", "1,1", "--flavour", "x")]
    [InlineData("no option '--pont'. Did you mean --point?", "--pont", "1,1")]
    [InlineData("no option '--jsno'. Did you mean --json?", "--point", "1,1", "--jsno", "-")]
    [InlineData("--output: 'mask.webp' cannot be written; there is PNG and JPEG", "--point", "1,1", "--output", "mask.webp")]
    [InlineData("--cutout: 'cut.jpg' cannot be written; there is PNG", "--point", "1,1", "--cutout", "cut.jpg")]
    public async Task Segment_WrongCommandLine_SaysWhatAndExitsWithTwo(string message, params string[] arguments)
    {
        var result = await Segctl.RunAsync(["segment", Segctl.Image("coffee.png"), .. arguments]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task Segment_MissingFile_ExitsWithTwo()
    {
        var result = await Segctl.RunAsync("segment", "no-such-photo.jpg", "--point", "1,1");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("no-such-photo.jpg", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none of sa1b, coco, png", "--format", "jpg")]
    [InlineData("none of faithful, fast", "--profile", "quick")]
    [InlineData("no option '--point-per-side'. Did you mean --points-per-side?", "--point-per-side", "3")]
    public async Task Everything_WrongCommandLine_NamesWhatThereIs(string message, params string[] arguments)
    {
        using var folder = new TemporaryFolder();

        var result = await Segctl.RunAsync(
            ["everything", Segctl.Image("coins.png"), "--output", folder.File("out"), .. arguments]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Segmentation.", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_Everything_NamesEnumerationsAsTheyAreWritten()
    {
        var result = await Segctl.RunAsync("everything", "--help");

        Assert.Contains("--format <sa1b|coco|png>", result.Output, StringComparison.Ordinal);
        Assert.Contains("--profile <faithful|fast>", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Sa1b", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Faithful", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Segment_EmptyStandardInput_SaysSo()
    {
        var result = await Segctl.RunAsync(input: [], "segment", "-", "--point", "1,1");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("standard input: The image is empty", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Segment_TextFile_ExitsWithOneAndSaysWhatIsAccepted()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("notes.jpg"), "not a photograph", TestContext.Current.CancellationToken);

        var result = await Segctl.RunAsync("segment", folder.File("notes.jpg"), "--point", "1,1");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("notes.jpg", result.Error, StringComparison.Ordinal);
        Assert.Contains("JPEG", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_Segment_ShowsExamples()
    {
        var result = await Segctl.RunAsync("segment", "--help");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("segctl segment photo.jpg --point 320,240 --output overlay.png", result.Output, StringComparison.Ordinal);
    }
}
