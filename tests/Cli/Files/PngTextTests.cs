using Segmentation.Cli.Everything;
using Segmentation.Cli.Files;
using Segmentation.Cli.Tests.Everything;
using Segmentation.Masks.Png;
using Segmentation.Sam.Images;

namespace Segmentation.Cli.Tests.Files;

public sealed class PngTextTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _png = PngWriter.Rgb(2, 1, new byte[] { 1, 2, 3, 4, 5, 6 });

    [Fact]
    public void Add_AnyText_IsFoundAgainAndThePixelsStay()
    {
        var png = PngText.Add(PngText.Add(_png, "other", "x"), "segctl", "words = {\"a\": 1}");

        Assert.Equal("words = {\"a\": 1}", Find(png, "segctl"));
        Assert.Equal("x", Find(png, "other"));
        Assert.Null(Find(png, "seg"));
        // The reader checks the sums of all chunks.
        var pixels = ImageReader.ReadFull(png, ImageLimits.Default, TestContext.Current.CancellationToken).Pixels;
        Assert.Equal([1, 2, 3, 4, 5, 6], pixels);
    }

    [Fact]
    public void Find_FilesWithoutTheText_HaveNone()
    {
        var png = PngText.Add(_png, "segctl", "text");

        Assert.Null(Find(_png, "segctl"));
        Assert.Null(Find([], "segctl"));
        Assert.Null(Find([.. "GIF89a and more that is no PNG"u8], "segctl"));
        Assert.All(Enumerable.Range(0, 48), length => Assert.Null(Find(png[..length], "segctl")));
        // A chunk that claims to be 4 GB is not read into memory.
        Assert.Null(Find([.. png[..8], 0xFF, 0xFF, 0xFF, 0xFF, .. "tEXt"u8], "segctl"));
    }

    [Fact]
    public void ResultOrigin_NamesInAnyScript_ComeBackFromAPng()
    {
        var settings = Results.Settings with { Model = "модель" };
        File.WriteAllBytes(
            _folder.File("a.png"), PngText.Add(_png, ResultOrigin.Key, settings.OriginOf("00").ToText()));

        var origin = ResultOrigin.OfPng(_folder.File("a.png"))!;

        Assert.Equal(("модель", "00"), (origin.Model, origin.ImageSha256));
        Assert.Null(origin.DifferenceTo(settings.Origin));
    }

    public void Dispose() => _folder.Dispose();

    private static string? Find(byte[] png, string keyword)
    {
        using var stream = new MemoryStream(png);
        return PngText.Find(stream, keyword);
    }
}
