using Segmentation.Formats.Registry;

namespace Segmentation.Formats.Tests.Yolo;

public sealed class YoloReaderTests
{
    [Theory]
    [InlineData("names:\n  0: cat\n  1: 'it''s'\n", "cat", "it's")]
    [InlineData("nc: 2\nnames: ['cat', \"dog, big\"] # two\n", "cat", "dog, big")]
    [InlineData("path: ../x\nnames:\n- cat\n- dog # small\nroboflow:\n  x: 1\n", "cat", "dog")]
    [InlineData("names: {0: cat, 1: dog}\n", "cat", "dog")]
    [InlineData("names: [cat,\n  dog]\n", "cat", "dog")]
    [InlineData("train: x\n", "class 0", "class 1")]
    public void Read_FilesOfUltralytics_GivesPolygonsWithNames(string yaml, string first, string second)
    {
        var dataset = MemoryDataset.Of(
            ("data.yaml", yaml),
            ("labels/val/sub/a.txt", "0 0.1 0.125 0.5 0.125 0.5 0.5 0.1 0.5\n1 0 0 1 0 1 1\n\n"),
            ("images/val/sub/a.JPG", "x"),
            ("labels/val/empty.txt", ""));

        var (pictures, problems) = Datasets.Read("yolo", dataset, Known);

        Assert.Empty(problems);
        Assert.Equal(["empty.jpg", "sub/a.JPG"], pictures.Select(picture => picture.Name));
        var picture = pictures[1];
        Assert.Equal(("val", "images/val/sub/a.JPG"), (picture.Split, picture.File));
        Assert.Equal([first, second], picture.Masks.Select(mask => mask.Label));
        Assert.Equal(12, picture.Masks[0].Mask.Area);
        Assert.Equal("yolo", DatasetFormats.Recognise(dataset)?.Format);
    }

    [Theory]
    [InlineData("0 0.1 0.1 0.2 0.2", "is a box")]
    [InlineData("x 0.1 0.1 0.2 0.2 0.3 0.3", "\"x\" is no number")]
    [InlineData("0 0.1 0.1 0.2 NaN 0.3 0.3", "no finite number")]
    [InlineData("0 0.1 0.1 0.2 0.2 0.3", "by turns")]
    [InlineData("0 1e30 0.1 0.2 0.2 0.3 0.3", "far outside")]
    public void Read_BadLine_IsReportedAndTheRestGoesThrough(string line, string reason)
    {
        var (pictures, problems) = Datasets.Read(
            "yolo", MemoryDataset.Of(("labels/a.txt", $"{line}\n0 0 0 1 0 1 1\n")), Known);

        Assert.Single(Assert.Single(pictures).Masks);
        Assert.Equal("labels/a.txt: line 1", Assert.Single(problems).Item);
        Assert.Contains(reason, problems[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_PictureWithoutSize_SaysWhatToDo()
    {
        var (pictures, problems) = Datasets.Read("yolo", MemoryDataset.Of(("labels/a.txt", "0 0 0 1 0 1 1")));

        Assert.Empty(pictures);
        Assert.Contains("Add the picture", Assert.Single(problems).Reason, StringComparison.Ordinal);
    }

    private static DatasetPicture Known(string name) => new() { Name = name, Width = 10, Height = 8 };
}
