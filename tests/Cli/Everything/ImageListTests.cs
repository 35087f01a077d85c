using Segmentation.Cli.Commands;
using Segmentation.Cli.Everything;

namespace Segmentation.Cli.Tests.Everything;

/// <summary>Every file of a folder is searched, named, or known to be none of the pictures.</summary>
public sealed class ImageListTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ImageListTests() => Directory.CreateDirectory(_folder.File("in"));

    [Fact]
    public void Find_UnknownExtension_ReadsThePicturesAndNamesTheRest()
    {
        foreach (var name in new[] { "a.jfif", "b", "c.JPG" })
        {
            File.Copy(Segctl.Image("coins.png"), _folder.File($"in/{name}"));
        }

        Write("d.heic", "\0\0\0\u0018ftypheic");
        Write("e.txt", "words");
        Write("f.json", """{"shapes": []}""");
        Write("g", "");
        Write("h.bin", "\0\u0001\u0002\u0003\u0004");
        Directory.CreateDirectory(_folder.File("in/sub"));

        var list = Find();

        Assert.Equal(["a.jfif", "b", "c.JPG"], list.Images.Select(image => image.Name));
        Assert.Equal(
            "Left out, since these are no pictures that can be searched: d.heic (a HEIF image), e.txt (text), "
            + "f.json (text), g (empty), h.bin (of an unknown kind), sub (a folder).",
            list.Remark);
    }

    [Fact]
    public void Find_HiddenEntriesAndOwnResults_AreNoPictures()
    {
        File.Copy(Segctl.Image("coins.png"), _folder.File("in/photo.png"));
        Write(".DS_Store", "x");
        Directory.CreateDirectory(_folder.File("in/.git"));
        var folder = new DirectoryInfo(_folder.File("in"));
        var result = Results.Of(_folder.File("in/photo.png"));
        var coco = new CocoWriter(folder, Results.Settings, SegmentationForm.Rle, TimeProvider.System);
        coco.Write(result);
        coco.Finish([result.Image], TestContext.Current.CancellationToken);
        new Sa1bWriter(folder, Results.Settings).Write(result);
        new PngOverlayWriter(new(_folder.File("in/out")), Results.Settings).Write(result);

        var list = Find();

        Assert.Equal(["photo.png"], list.Images.Select(image => image.Name));
        Assert.Null(list.Remark);
    }

    [Fact]
    public void Find_OwnOverlaysAmongThePictures_AreNamed()
    {
        File.Copy(Segctl.Image("coins.png"), _folder.File("in/photo.jpg"));
        new PngOverlayWriter(new(_folder.File("in")), Results.Settings).Write(Results.Of(_folder.File("in/photo.jpg")));

        var list = Find();

        Assert.Equal(["photo.jpg"], list.Images.Select(image => image.Name));
        Assert.Contains("photo.png (masks drawn by segctl)", list.Remark, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_ManyOtherFiles_NamesTenAndCountsTheRest()
    {
        File.Copy(Segctl.Image("coins.png"), _folder.File("in/photo.jpg"));
        for (var i = 10; i < 23; i++)
        {
            Write($"{i}.txt", "words");
        }

        Assert.EndsWith("19.txt (text) and 3 more.", Find().Remark, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_PictureWithoutExtensionOfAnothersName_NamesBoth()
    {
        File.Copy(Segctl.Image("coins.png"), _folder.File("in/photo.jpg"));
        File.Copy(Segctl.Image("coins.png"), _folder.File("in/photo.orig"));

        Assert.Contains(
            "photo.jpg and photo.orig would have one name",
            Assert.Throws<CliException>(Find).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Find_Links_AreFollowedToPicturesAndNamedWhereTheyLeadNowhere()
    {
        File.CreateSymbolicLink(_folder.File("in/linked"), Segctl.Image("coins.png"));
        File.CreateSymbolicLink(_folder.File("in/nowhere"), _folder.File("gone"));
        File.CreateSymbolicLink(_folder.File("in/round"), _folder.File("in/round"));
        File.CreateSymbolicLink(_folder.File("in/device"), "/dev/zero");

        var list = Find();

        Assert.Equal(["linked"], list.Images.Select(image => image.Name));
        Assert.EndsWith(
            "device (empty), nowhere (a link that leads nowhere), round (not readable).",
            list.Remark,
            StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private ImageList Find() => ImageList.Find(new DirectoryInfo(_folder.File("in")), new(_folder.File("in/out")));

    private void Write(string name, string content) =>
        File.WriteAllBytes(_folder.File($"in/{name}"), [.. content.Select(c => (byte)c)]);
}
