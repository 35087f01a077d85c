using Segmentation.Formats.Registry;
using Segmentation.Masks.Png;

namespace Segmentation.Formats.Tests.Labelme;

public sealed class LabelmeReaderTests
{
    private static readonly string _mask = Convert.ToBase64String(LabelMapPng.Grey(2, 2, new byte[] { 1, 0, 1, 1 }));

    [Fact]
    public void Read_FileOfLabelme_GivesMasksAndPolygons()
    {
        var dataset = File($$$"""
            {"label": "cat", "points": [[3, 2], [4, 3]], "group_id": 7, "description": "", "shape_type": "mask",
             "flags": {"blurred": true}, "mask": "{{{_mask}}}"},
            {"label": "dog", "points": [[1, 1], [5, 1], [5, 4], [1, 4]], "group_id": null, "shape_type": "polygon", "flags": {}}
            """);

        var (pictures, problems) = Datasets.Read("labelme", dataset);

        Assert.Empty(problems);
        var picture = Assert.Single(pictures);
        Assert.Equal(("folder/a.jpg", 10, 8, "folder/a.jpg"), (picture.Name, picture.Width, picture.Height, picture.File));
        Assert.Equal([3L, 12L], picture.Masks.Select(mask => mask.Mask.Area));
        Assert.Equal((3, 2, 2, 2), picture.Masks[0].Mask.Box is var box ? (box.X, box.Y, box.Width, box.Height) : default);
        Assert.Equal((7, """{"blurred":true}"""), (picture.Masks[0].Group, picture.Masks[0].AttributesJson));
        Assert.Equal("labelme", DatasetFormats.Recognise(dataset)?.Format);
    }

    [Theory]
    [InlineData("""{"label": "a", "points": [[3, 2], [4, 3]], "shape_type": "mask", "mask": "%%%"}""", "mask")]
    [InlineData("""{"label": "a", "points": [[3, 2], [4, 3]], "shape_type": "mask", "mask": "aGVsbG8="}""", "mask")]
    [InlineData("""{"label": "a", "points": [[3, 2], [4, 3]], "shape_type": "mask"}""", "mask")]
    [InlineData("""{"label": "a", "points": [[9, 7], [10, 8]], "shape_type": "mask", "mask": "MASK"}""", "points")]
    [InlineData("""{"label": "a", "points": [[1, 1], [2, 2]], "shape_type": "rectangle"}""", "shape_type")]
    [InlineData("""{"points": [[1, 1], [2, 2], [3, 1]]}""", "label")]
    [InlineData("""{"label": "a", "points": [[1], [2, 2], [3, 1]]}""", "points")]
    public void Read_BadShape_IsReported(string shape, string field)
    {
        var (pictures, problems) = Datasets.Read(
            "labelme", File(shape.Replace("MASK", _mask, StringComparison.Ordinal)));

        Assert.Empty(Assert.Single(pictures).Masks);
        Assert.Equal(("folder/a.json: shape 0", field), (Assert.Single(problems).Item, problems[0].Field));
    }

    [Fact]
    public void Read_BrokenFileAmongGoodOnes_IsReported()
    {
        var (pictures, problems) = Datasets.Read("labelme", File("").Add("folder/b.json", "{\"shapes\":"u8.ToArray()));

        Assert.Single(pictures);
        Assert.Equal("folder/b.json", Assert.Single(problems).Item);
    }

    private static MemoryDataset File(string shapes) => MemoryDataset.Of(("folder/a.json", $$$"""
        {"version": "5.5.0", "flags": {}, "shapes": [{{{shapes}}}], "imagePath": "a.jpg", "imageData": null,
         "imageHeight": 8, "imageWidth": 10}
        """)).Add("folder/a.jpg", []);
}
