using Segmentation.Formats.Registry;
using Segmentation.Masks.Png;

namespace Segmentation.Formats.Tests.Panoptic;

public sealed class PanopticReaderTests
{
    [Fact]
    public void Read_FilesOfCoco_GivesSegmentsByTheirColour()
    {
        // The id 66,050 = 2 + 256 * 2 + 65,536 * 1; the last pixel has an id that the JSON lacks.
        byte[] colours = [2, 2, 1, 2, 2, 1, 5, 0, 0, 9, 0, 0];
        var dataset = MemoryDataset.Of(("annotations/panoptic_val2017.json", """
            {"images": [{"id": 1, "file_name": "a.jpg", "width": 4, "height": 1}],
             "annotations": [{"image_id": 1, "file_name": "a.png", "segments_info": [
               {"id": 66050, "category_id": 1, "area": 2, "bbox": [0, 0, 2, 1], "iscrowd": 0},
               {"id": 5, "category_id": 187, "area": 1, "iscrowd": 1}, {"id": 6, "category_id": 1}]}],
             "categories": [{"id": 1, "name": "person", "isthing": 1}, {"id": 187, "name": "sky", "isthing": 0}]}
            """)).Add("annotations/panoptic_val2017/a.png", PngWriter.Rgb(4, 1, colours)).Add("val2017/a.jpg", []);

        var (pictures, problems) = Datasets.Read("coco-panoptic", dataset);

        var picture = Assert.Single(pictures);
        Assert.Equal(("a.jpg", "val", "val2017/a.jpg"), (picture.Name, picture.Split, picture.File));
        Assert.Equal(
            [("person", 2L, false), ("sky", 1L, true)],
            picture.Masks.Select(mask => (mask.Label!, mask.Mask.Area, mask.Crowd)));
        Assert.Equal(["a.jpg: segment 6", "a.jpg: segment 9"], problems.Select(problem => problem.Item));
        Assert.Equal([false, true], Datasets.Labels("coco-panoptic", dataset).Select(label => label.IsStuff));
        Assert.Equal("coco-panoptic", DatasetFormats.Recognise(dataset)?.Format);
    }
}
