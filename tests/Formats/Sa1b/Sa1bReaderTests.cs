using Segmentation.Formats.Registry;
using Segmentation.Masks;

namespace Segmentation.Formats.Tests.Sa1b;

public sealed class Sa1bReaderTests
{
    [Fact]
    public void Read_FileOfSa1b_GivesMasksWithTheirScores()
    {
        var counts = new RunLengths(8, 10, 0, 3, 77).ToCocoString();
        var dataset = MemoryDataset.Of(("sa_000020/sa_223750.json", $$$"""
            {"image": {"image_id": 223750, "width": 10, "height": 8, "file_name": "sa_223750.jpg"},
             "annotations": [
               {"bbox": [0, 0, 0, 2], "area": 3, "segmentation": {"size": [8, 10], "counts": "{{{counts}}}"},
                "predicted_iou": 0.9, "point_coords": [[53.23, 46.87]], "crop_box": [0.0, 0.0, 10.0, 8.0],
                "id": 529, "stability_score": 0.97},
               {"id": 530, "segmentation": {"size": [8, 10], "counts": "~"}}]}
            """))
            .Add("sa_000020/sa_223750.jpg", [])
            .Add("sa_000020/sa_1.json", "{\"image\": {}, \"annotations\": []}"u8.ToArray());

        var (pictures, problems) = Datasets.Read("sa1b", dataset);

        var picture = Assert.Single(pictures);
        Assert.Equal((223750L, "sa_000020/sa_223750.jpg"), (picture.Id, picture.File));
        var mask = Assert.Single(picture.Masks);
        Assert.Equal(("529", null, 0.9f, 0.97f), (mask.Id, mask.Label, mask.PredictedIou, mask.StabilityScore));
        Assert.Equal([53.23, 46.87], mask.Points);
        Assert.Equal([0, 0, 10, 8], mask.CropBox);
        Assert.Equal(
            [("sa_000020/sa_1.json", "width"), ("sa_223750.jpg: annotation 530", "segmentation.counts")],
            problems.Select(problem => (problem.Item, problem.Field)).Order());
        Assert.Equal("sa1b", DatasetFormats.Recognise(dataset)?.Format);
    }
}
