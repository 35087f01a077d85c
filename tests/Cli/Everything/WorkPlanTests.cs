using Segmentation.Cli.Commands;
using Segmentation.Cli.Everything;
using Segmentation.Masks.Everything;

namespace Segmentation.Cli.Tests.Everything;

/// <summary>A result stands when it is ours, of these bytes and settings; nothing else is replaced unasked.</summary>
public sealed class WorkPlanTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ImageFile _photo;

    public WorkPlanTests()
    {
        _photo = new(new FileInfo(_folder.File("in/photo.jpg")));
        Directory.CreateDirectory(_folder.File("in"));
        Directory.CreateDirectory(_folder.File("out"));
        File.Copy(Segctl.Image("coins.png"), _photo.File.FullName);
    }

    public static TheoryData<string> Formats => new("sa1b", "coco", "png");

    [Theory]
    [MemberData(nameof(Formats))]
    public void Make_OwnResultOfTheseBytes_IsDone(string format)
    {
        Writer(format).Write(Results.Of(_photo.File.FullName));

        var plan = Make(format);

        Assert.Empty(plan.Pending);
        Assert.Equal(1, plan.Done);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Make_PictureChangedSince_IsDoneAgain(string format)
    {
        Writer(format).Write(Results.Of(_photo.File.FullName));
        File.Copy(Segctl.Image("coffee.png"), _photo.File.FullName, overwrite: true);

        Assert.Equal(
            "the picture has changed since its result was made", Assert.Single(Make(format).Pending).Again);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Make_OtherOptionsOrModel_IsDoneAgain(string format)
    {
        Writer(format).Write(Results.Of(_photo.File.FullName));
        var options = Results.Settings with { Options = EverythingOptions.Default with { PointsPerSide = 8 } };
        var model = Results.Settings with { Model = "model-b" };
        var batch = Results.Settings with { Options = EverythingOptions.Default with { PointsPerBatch = 8 } };

        Assert.Equal(
            "its result has other options (points_per_side 32, now 8)",
            Assert.Single(Make(format, options).Pending).Again);
        Assert.Equal(
            "its result is of another model (model-a; now model-b)", Assert.Single(Make(format, model).Pending).Again);
        Assert.Empty(Make(format, batch).Pending);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Make_ForeignFileOfTheName_RefusesByName(string format)
    {
        var writer = Writer(format);
        var path = writer.PathOf(_photo);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string[] foreign =
            ["", "[]", """{"info": {"year": 2017}}""", """{"version": "5.4", "shapes": []}""", "\u0089PNG"];

        foreach (var content in foreign)
        {
            File.WriteAllText(path, content);
            var error = Assert.Throws<CliException>(() => Make(format));
            Assert.StartsWith($"{path} is no result of this program", error.Message, StringComparison.Ordinal);
            Assert.Contains("--overwrite", error.Message, StringComparison.Ordinal);
        }

        Assert.Null(Assert.Single(Make(format, overwrite: true).Pending).Again);
    }

    [Fact]
    public void Make_PhotographOfTheNameOfAnOverlay_Refuses()
    {
        File.Copy(Segctl.Image("coffee.png"), _folder.File("out/photo.png"));

        Assert.Contains("out/photo.png is no result", Assert.Throws<CliException>(() => Make("png")).Message);
    }

    [Fact]
    public void Make_ForeignAnnotations_RefusesByName()
    {
        File.WriteAllText(_folder.File("out/annotations.json"), """{"images": [], "annotations": []}""");

        Assert.Contains("out/annotations.json is no result", Assert.Throws<CliException>(() => Make("coco")).Message);
        Assert.Single(Make("sa1b").Pending);
    }

    [Fact]
    public void Make_OwnAnnotations_AreWrittenAnew()
    {
        var writer = Writer("coco");
        writer.Write(Results.Of(_photo.File.FullName));
        writer.Finish([_photo], TestContext.Current.CancellationToken);

        Assert.Equal(1, Make("coco").Done);
        // The file of all images is no result of one that has its name.
        var named = new ImageFile(new FileInfo(_folder.File("in/annotations.jpg")));
        File.Copy(Segctl.Image("coins.png"), named.File.FullName);
        Assert.Throws<CliException>(() => Make("sa1b", image: named));
    }

    [Fact]
    public void Make_ManyForeignFiles_NamesSomeAndCountsTheRest()
    {
        ImageFile[] images =
            [.. Enumerable.Range(0, 8).Select(i => new ImageFile(new FileInfo(_folder.File($"in/{i}.jpg"))))];
        foreach (var image in images)
        {
            File.WriteAllText(Writer("sa1b").PathOf(image), "{}");
        }

        var error = Assert.Throws<CliException>(() => WorkPlan.Make(
            images, Writer("sa1b"), Results.Settings, overwrite: false, TestContext.Current.CancellationToken));

        Assert.Contains("4.json and 3 more are no results", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Make_LinkThatLeadsNowhere_IsForeign()
    {
        File.CreateSymbolicLink(_folder.File("out/photo.json"), _folder.File("gone.json"));

        Assert.Throws<CliException>(() => Make("sa1b"));
        Assert.NotNull(new FileInfo(_folder.File("out/photo.json")).LinkTarget);
    }

    /// <summary>Overwriting is for results: a picture that is searched is never written over.</summary>
    [Theory]
    [InlineData("in")]
    [InlineData("link")]
    public void Make_ResultWouldBeAnInput_RefusesAlsoToOverwrite(string output)
    {
        Directory.CreateSymbolicLink(_folder.File("link"), _folder.File("in"));
        var image = new ImageFile(new FileInfo(_folder.File("in/coins.png")));
        File.Copy(Segctl.Image("coins.png"), image.File.FullName);
        var writer = new PngOverlayWriter(new(_folder.File(output)), Results.Settings);

        var error = Assert.Throws<CliException>(() => WorkPlan.Make(
            [image], writer, Results.Settings, overwrite: true, TestContext.Current.CancellationToken));

        Assert.Equal(CommandRunner.Usage, error.ExitCode);
        Assert.Contains("over the picture", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Make_ResultWouldBeWhereAnInputLeads_Refuses()
    {
        File.Copy(Segctl.Image("coins.png"), _folder.File("out/photo.png"));
        File.CreateSymbolicLink(_folder.File("in/photo.png"), _folder.File("out/photo.png"));
        var image = new ImageFile(new FileInfo(_folder.File("in/photo.png")));

        Assert.Throws<CliException>(() => Make("png", overwrite: true, image: image));
    }

    public void Dispose() => _folder.Dispose();

    private WorkPlan Make(
        string format, SearchSettings? settings = null, bool overwrite = false, ImageFile? image = null) =>
        WorkPlan.Make(
            [image ?? _photo],
            Writer(format),
            settings ?? Results.Settings,
            overwrite,
            TestContext.Current.CancellationToken);

    private IResultWriter Writer(string format)
    {
        var folder = new DirectoryInfo(_folder.File("out"));
        return format switch
        {
            "sa1b" => new Sa1bWriter(folder, Results.Settings),
            "png" => new PngOverlayWriter(folder, Results.Settings),
            _ => new CocoWriter(folder, Results.Settings, SegmentationForm.Rle, TimeProvider.System),
        };
    }
}
