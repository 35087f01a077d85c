using Segmentation.Formats.Registry;
using Segmentation.Masks;

namespace Segmentation.Formats.Tests.Datumaro;

public sealed class DatumaroReaderTests
{
    [Fact]
    public void Read_FileOfDatumaro_GivesMasksAndPolygonsByTheirOrder()
    {
        var counts = new RunLengths(8, 10, 0, 3, 77).ToCocoString();
        var dataset = MemoryDataset.Of(("annotations/train.json", $$$"""
            {"dm_format_version": "1.0", "info": {}, "categories": {"label": {"labels": [
               {"name": "cat", "parent": "", "attributes": []}, {"name": "dog", "parent": "", "attributes": []}],
               "label_groups": [], "attributes": []}, "mask": {"colormap": []}},
             "items": [{"id": "sub/a", "annotations": [
               {"id": 0, "type": "polygon", "attributes": {"occluded": true, "is_crowd": false, "n": 3}, "group": 1,
                "label_id": 1, "points": [1.0, 1.0, 5.0, 1.0, 5.0, 4.0, 1.0, 4.0], "z_order": 2},
               {"id": 1, "type": "mask", "attributes": {}, "group": 0, "label_id": 0,
                "rle": {"counts": "{{{counts}}}", "size": [8, 10]}, "z_order": 1},
               {"id": 2, "type": "bbox", "attributes": {}, "label_id": 0, "bbox": [1, 1, 2, 2]},
               {"id": 3, "type": "mask", "label_id": 7, "rle": {"counts": "{{{counts}}}", "size": [8, 10]}},
               {"id": 4, "type": "label", "label_id": 0}],
              "attr": {"frame": 4}, "image": {"path": "sub/a.jpg", "size": [8, 10]}}, 5]}
            """)).Add("images/train/sub/a.jpg", []);

        var (pictures, problems) = Datasets.Read("datumaro", dataset);

        var picture = Assert.Single(pictures);
        Assert.Equal(("sub/a.jpg", 10, 8, "train"), (picture.Name, picture.Width, picture.Height, picture.Split));
        Assert.Equal(("images/train/sub/a.jpg", """{"frame":4}"""), (picture.File, picture.AttributesJson));
        Assert.Equal([("cat", 3L), ("dog", 12L)], picture.Masks.Select(mask => (mask.Label!, mask.Mask.Area)));
        Assert.Equal(
            (true, """{"n":3}""", 1),
            (picture.Masks[1].Occluded, picture.Masks[1].AttributesJson, picture.Masks[1].Group));
        Assert.Equal(
            [
                ("sub/a.jpg: annotation 2", "type"), ("sub/a.jpg: annotation 3", "label_id"),
                ("annotations/train.json: items[1]", ""),
            ],
            problems.Select(problem => (problem.Item, problem.Field)));
        Assert.Equal("datumaro", DatasetFormats.Recognise(dataset)?.Format);
    }
}
