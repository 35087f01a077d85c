using Segmentation.Formats.LabelStudio;
using Segmentation.Formats.Registry;
using Segmentation.Masks;

namespace Segmentation.Formats.Tests.LabelStudio;

public sealed class LabelStudioTests
{
    /// <summary>Four pixels 0, 0, 1, 0 as RGBA, as Label Studio's own encoder packs them.</summary>
    private static readonly byte[] _golden = [0, 0, 0, 16, 57, 27, 252, 224, 17, 255, 198, 0];

    [Fact]
    public void Write_PixelsOfTheReference_IsBitExact() =>
        Assert.Equal(_golden, BrushBits.Write(new RunLengths(1, 4, 2, 1, 1)));

    [Fact]
    public void Read_BytesOfTheReference_IsTheMask() =>
        Assert.Equal(new RunLengths(1, 4, 2, 1, 1), BrushBits.Read(1, 4, _golden));

    [Theory]
    [InlineData("/data/upload/7/1a2b3c4d-cat.jpg", "cat.jpg")]
    [InlineData("/data/local-files/?d=images/sub/a%20b.jpg", "sub/a b.jpg")]
    [InlineData("s3://bucket/prefix/cat.jpg", "cat.jpg")]
    [InlineData("https://example.org/x/cat.jpg?token=1", "cat.jpg")]
    [InlineData("/data/local-files/?d=../../etc/passwd", "etc/passwd")]
    public void Name_OfAnAddress_IsThatOfThePicture(string address, string name) =>
        Assert.Equal(name, LabelStudioName.Of(address));

    [Fact]
    public void Read_ExportOfLabelStudio_GivesBrushesAndPolygons()
    {
        var dataset = Tasks($$$"""
            [{"id": 11, "data": {"image": "/data/upload/7/1a2b3c4d-cat.png"}, "file_upload": "1a2b3c4d-cat.png",
              "annotations": [
                {"id": 1, "was_cancelled": true, "result": []},
                {"id": 2, "completed_by": 4, "lead_time": 3.5, "result": [
                  {"id": "x1", "type": "brushlabels", "from_name": "tag", "to_name": "image", "original_width": 4,
                   "original_height": 1, "image_rotation": 0,
                   "value": {"format": "rle", "rle": [{{{string.Join(',', _golden)}}}], "brushlabels": ["cat"]}},
                  {"id": "x2", "type": "polygonlabels", "from_name": "tag", "to_name": "image", "original_width": 4,
                   "original_height": 1, "image_rotation": 0,
                   "value": {"points": [[0, 0], [50, 0], [50, 100], [0, 100]], "closed": true, "polygonlabels": ["dog"]}},
                  {"id": "x2", "type": "choices", "value": {"choices": ["yes"]}}]}],
              "predictions": []}]
            """);

        var (pictures, problems) = Datasets.Read("label-studio", dataset);

        Assert.Empty(problems);
        var picture = Assert.Single(pictures);
        Assert.Equal(("cat.png", 4, 1, 11L), (picture.Name, picture.Width, picture.Height, picture.Id));
        Assert.Equal([("x1", "cat"), ("x2", "dog")], picture.Masks.Select(mask => (mask.Id!, mask.Label!)));
        Assert.Equal([1, 2], picture.Masks.Select(mask => mask.Mask.Area));
        Assert.Equal(["cat", "dog"], Datasets.Labels("label-studio", dataset).Select(label => label.Name));
        Assert.Equal("label-studio", DatasetFormats.Recognise(dataset)?.Format);
    }

    [Theory]
    [InlineData("""{"format": "rle", "rle": [0, 0, 0, 16, 57, 27, 252]}""", "value.rle", "ends before")]
    [InlineData("""{"format": "rle", "rle": [0, 0, 0, 8, 57, 27, 252, 224, 17, 255]}""", "value.rle", "has 8 bytes")]
    [InlineData("""{"format": "rle", "rle": [0, 0, 0, 16, 57, 27, 300]}""", "value.rle", "no bytes")]
    [InlineData("""{"format": "rle", "rle": "x"}""", "value.rle", "no array")]
    [InlineData("""{"format": "rle", "rle": [0, 0, 0, 16, 255, 255, 255, 255, 255, 255, 255]}""",
        "value.rle", "8 bits")]
    public void Read_BadBrush_IsReported(string value, string field, string reason)
    {
        var (pictures, problems) = Datasets.Read("label-studio", Tasks($$$"""
            [{"data": {"image": "a.png"}, "annotations": [{"result": [
              {"id": "r", "type": "brushlabels", "original_width": 4, "original_height": 1, "value": {{{value}}}}]}]},
             {"data": {}}]
            """));

        Assert.Empty(Assert.Single(pictures).Masks);
        Assert.Equal(("a.png: region r", field), (problems[0].Item, problems[0].Field));
        Assert.Contains(reason, problems[0].Reason, StringComparison.Ordinal);
        Assert.Equal("data", problems[1].Field);
    }

    private static MemoryDataset Tasks(string json) => MemoryDataset.Of(("project-7.json", json));
}
