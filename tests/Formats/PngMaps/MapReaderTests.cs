using Segmentation.Formats.Registry;
using Segmentation.Masks.Png;

namespace Segmentation.Formats.Tests.PngMaps;

public sealed class MapReaderTests
{
    [Fact]
    public void Read_SemanticMapsOfOthers_HaveLabelsByNumber()
    {
        var dataset = new MemoryDataset()
            .Add("masks/val/a.png", LabelMapPng.Grey(3, 1, new byte[] { 0, 7, 7 }))
            .Add("masks/val/b.png", [1])
            .Add("images/a.jpg", []);

        var (pictures, problems) = Datasets.Read("semantic-png", dataset);

        var picture = Assert.Single(pictures);
        Assert.Equal(("a.jpg", "val", "images/a.jpg"), (picture.Name, picture.Split, picture.File));
        Assert.Equal(("label 7", 2L), (picture.Masks[0].Label, picture.Masks[0].Mask.Area));
        Assert.Equal("masks/val/b.png", Assert.Single(problems).Item);
        Assert.Equal("label 7", Assert.Single(Datasets.Labels("semantic-png", dataset)).Name);
        Assert.Equal("semantic-png", DatasetFormats.Recognise(dataset)?.Format);
    }

    [Fact]
    public void Read_InstanceMapsOfOthers_HaveAMaskForEachNumber()
    {
        var dataset = new MemoryDataset().Add("x/instances/a.png", LabelMapPng.Grey16(3, 1, new ushort[] { 40_000, 300, 0 }));

        var (pictures, problems) = Datasets.Read("instance-png", dataset);

        Assert.Empty(problems);
        Assert.Equal([1L, 1L], Assert.Single(pictures).Masks.Select(mask => mask.Mask.Area));
        Assert.Equal("instance-png", DatasetFormats.Recognise(dataset)?.Format);
    }

    [Fact]
    public void Recognise_PhotographsAlone_AreNoMaps() => Assert.Null(DatasetFormats.Recognise(
        new MemoryDataset().Add("a.png", LabelMapPng.Grey16(1, 1, new ushort[] { 1 }))));
}
