using Segmentation.Formats.Registry;
using Segmentation.Masks;

namespace Segmentation.Formats.Tests.Coco;

public sealed class CocoReaderTests
{
    private const string Instances = """
        {
          "info": {"year": 2017},
          "annotations": [
            {"id": 7, "image_id": 42, "category_id": 18, "iscrowd": 0, "area": 12, "bbox": [1, 1, 4, 3],
             "segmentation": [[1, 1, 5, 1, 5, 4, 1, 4]]},
            {"id": 8, "image_id": 42, "category_id": 1, "iscrowd": 1, "area": 3, "bbox": [0, 0, 1, 3],
             "segmentation": {"counts": [0, 3, 77], "size": [8, 10]}},
            {"id": 9, "image_id": 42, "category_id": 1, "iscrowd": 0, "attributes": {"occluded": true, "color": "red"},
             "segmentation": {"counts": "03Q20", "size": [8, 10]}, "score": 0.5}
          ],
          "images": [{"id": 42, "file_name": "000000000042.jpg", "width": 10, "height": 8, "license": 3}],
          "categories": [{"id": 1, "name": "person", "supercategory": "person"}, {"id": 18, "name": "dog"}]
        }
        """;

    [Fact]
    public void Read_FileOfCoco_GivesPolygonsAndBothFormsOfRuns()
    {
        var dataset = MemoryDataset.Of(
            ("annotations/instances_val2017.json", Instances.Replace("03Q20", Counts(), StringComparison.Ordinal)))
            .Add("val2017/000000000042.jpg", []);

        var (pictures, problems) = Datasets.Read("coco", dataset);

        Assert.Empty(problems);
        var picture = Assert.Single(pictures);
        Assert.Equal(
            ("000000000042.jpg", 10, 8, 42L, "val"),
            (picture.Name, picture.Width, picture.Height, picture.Id, picture.Split));
        Assert.Equal("val2017/000000000042.jpg", picture.File);
        Assert.Equal(["dog", "person", "person"], picture.Masks.Select(mask => mask.Label));
        Assert.Equal([12, 3, 3], picture.Masks.Select(mask => mask.Mask.Area));
        Assert.Equal([false, true, false], picture.Masks.Select(mask => mask.Crowd));
        Assert.Equal(picture.Masks[1].Mask, picture.Masks[2].Mask);
        Assert.Equal((true, """{"color":"red"}""", 0.5f),
            (picture.Masks[2].Occluded, picture.Masks[2].AttributesJson, picture.Masks[2].PredictedIou));
        Assert.Equal(["person", "dog"], Datasets.Labels("coco", dataset).Select(label => label.Name));
        Assert.Equal("coco", DatasetFormats.Recognise(dataset)?.Format);
    }

    [Theory]
    [InlineData("""{"id": 7, "image_id": 42, "category_id": 18, "segmentation": {"counts": "0!", "size": [8, 10]}}""",
        "segmentation.counts", "outside '0' to 'o'")]
    [InlineData("""{"id": 7, "image_id": 42, "category_id": 18, "segmentation": {"counts": [1, 2], "size": [8, 10]}}""",
        "segmentation.counts", "do not sum to the 80 pixels")]
    [InlineData("""{"id": 7, "image_id": 42, "category_id": 18, "segmentation": {"counts": [-1, 81], "size": [8, 10]}}""",
        "segmentation.counts", "no number of pixels")]
    [InlineData("""{"id": 7, "image_id": 42, "category_id": 18, "segmentation": {"counts": [], "size": [8, 10]}}""",
        "segmentation.counts", "do not sum to the 80 pixels")]
    [InlineData("""{"id": 7, "image_id": 42, "category_id": 18, "segmentation": {"counts": [80], "size": [10, 8]}}""",
        "segmentation.size", "not [8, 10]")]
    [InlineData("""{"id": 7, "image_id": 42, "category_id": 18, "segmentation": {"counts": [80], "size": [8, 10]}}""",
        "segmentation", "no pixel")]
    [InlineData("""{"id": 7, "image_id": 42, "category_id": 18, "segmentation": [[1, 1, 2, 2]]}""",
        "segmentation", "3 corners")]
    [InlineData("""{"id": 7, "image_id": 42, "category_id": 18, "segmentation": [[1, 1, 2, "x", 3, 3]]}""",
        "segmentation", "finite")]
    [InlineData("""{"id": 7, "image_id": 42, "category_id": 18, "segmentation": [[1e308, 1, 1e999, 2, 3, 3]]}""",
        "segmentation", "finite")]
    [InlineData("""{"id": 7, "image_id": 42, "category_id": 18, "segmentation": []}""", "segmentation", "no polygon")]
    [InlineData("""{"id": 7, "image_id": 42, "category_id": 18, "segmentation": "x"}""", "segmentation", "neither")]
    [InlineData("""{"id": 7, "image_id": 42, "category_id": 18}""", "segmentation", "missing")]
    [InlineData("""{"id": 7, "image_id": 42, "category_id": 99, "segmentation": [[1,1,5,1,5,4]]}""",
        "category_id", "no category 99")]
    public void Read_BadAnnotation_IsReportedAndTheRestGoesThrough(string annotation, string field, string reason)
    {
        var good = """{"id": 8, "image_id": 42, "category_id": 18, "segmentation": [[1, 1, 5, 1, 5, 4, 1, 4]]}""";

        var (pictures, problems) = Datasets.Read("coco", File(annotation, good));

        Assert.Single(Assert.Single(pictures).Masks);
        var problem = Assert.Single(problems);
        Assert.Equal(("a.jpg: annotation 7", field), (problem.Item, problem.Field));
        Assert.Contains(reason, problem.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AnnotationOfNoPicture_IsReported()
    {
        var (pictures, problems) = Datasets.Read("coco", File(
            """{"id": 1, "image_id": 43, "category_id": 18, "segmentation": [[1,1,5,1,5,4]]}""", "17",
            """{"id": 2, "image_id": "x"}"""));

        Assert.Empty(Assert.Single(pictures).Masks);
        Assert.Equal(["", "image_id", "image_id"], problems.Select(problem => problem.Field).Order());
    }

    [Theory]
    [InlineData("1000000000", "1000000000", "width")]
    [InlineData("0", "8", "width")]
    [InlineData("10", "-8", "height")]
    [InlineData("1000000", "1000000", "width")]
    [InlineData("1e400", "8", "width")]
    [InlineData("10.5", "8", "width")]
    public void Read_ImpossibleSize_IsReported(string width, string height, string field)
    {
        var dataset = MemoryDataset.Of(("a.json",
            $$$"""{"images": [{"id": 1, "file_name": "a", "width": {{{width}}}, "height": {{{height}}}}], "annotations": []}"""));

        var (pictures, problems) = Datasets.Read("coco", dataset);

        Assert.Empty(pictures);
        Assert.Equal(field, Assert.Single(problems).Field);
    }

    [Theory]
    [InlineData("""{"images": [], "annotations": [{"id": 1,""", "line 1, byte")]
    [InlineData("{\"images\": [],\n\"annotations\": [{\"area\": NaN}]}", "line 2, byte")]
    public void Read_BrokenJson_NamesFileAndPlace(string json, string place)
    {
        var exception = Assert.Throws<DatasetFormatException>(
            () => Datasets.Read("coco", MemoryDataset.Of(("folder/a.json", json))));

        Assert.StartsWith("folder/a.json, ", exception.Message, StringComparison.Ordinal);
        Assert.Contains(place, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_DeepJson_IsRefused() => Assert.Throws<DatasetFormatException>(() => Datasets.Read(
        "coco", MemoryDataset.Of(("a.json", "{\"images\": " + new string('[', 100_000)))));

    [Fact]
    public void Read_NoCoco_SaysWhatToDo() => Assert.Contains(
        "Choose the JSON file",
        Assert.Throws<DatasetFormatException>(() => Datasets.Read("coco", MemoryDataset.Of(("a.json", "[1]")))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Write_MasksWithHoles_AreRunsAndOthersPolygonsOnDemand()
    {
        var ring = new RunLengths(3, 3, 0, 4, 1, 4);
        var bar = new RunLengths(3, 3, 0, 3, 6);
        var picture = new DatasetPicture
        {
            Name = "a.jpg", Width = 3, Height = 3, Masks = [new() { Mask = ring }, new() { Mask = bar }],
        };

        var polygons = Datasets.Write("coco-polygons", [], [picture]).Text("annotations/instances_default.json");
        var runs = Datasets.Write("coco", [], [picture]).Text("annotations/instances_default.json");

        Assert.Contains(
            $"\"segmentation\":{{\"size\":[3,3],\"counts\":\"{ring.ToCocoString()}\"}}", polygons, StringComparison.Ordinal);
        Assert.Contains(
            "\"segmentation\":[[0,0,1,0,1,3,0,3]],\"bbox\":[0,0,1,3],\"area\":3", polygons, StringComparison.Ordinal);
        Assert.DoesNotContain("[[", runs, StringComparison.Ordinal);
    }

    private static string Counts() => new RunLengths(8, 10, 0, 3, 77).ToCocoString();

    private static MemoryDataset File(params string[] annotations) => MemoryDataset.Of(("a.json",
        $$$"""
        {"images": [{"id": 42, "file_name": "a.jpg", "width": 10, "height": 8}],
         "categories": [{"id": 18, "name": "dog"}], "annotations": [{{{string.Join(',', annotations)}}}]}
        """));
}
