using Segmentation.Formats.Registry;
using Segmentation.Masks.Png;

namespace Segmentation.Formats.Tests.Voc;

public sealed class VocReaderTests
{
    [Fact]
    public void Read_FilesOfVoc_GivesObjectsWithTheirClassAndNoVoid()
    {
        // Palette of VOC: 1 aeroplane, 15 person, 255 void.
        var dataset = new MemoryDataset()
            .Add("VOC2012/SegmentationClass/2007_1.png", Map(4, 1, 1, 255, 15, 15))
            .Add("VOC2012/SegmentationObject/2007_1.png", Map(4, 1, 1, 255, 2, 3))
            .Add("VOC2012/ImageSets/Segmentation/val.txt", "2007_1\n"u8.ToArray())
            .Add("VOC2012/JPEGImages/2007_1.jpg", [1])
            .Add("VOC2012/Annotations/2007_1.xml", """
                <annotation><filename>2007_1.jpg</filename><size><width>4</width><height>1</height><depth>3</depth></size>
                <object><name>aeroplane</name><occluded>0</occluded></object>
                <object><name>person</name><occluded>1</occluded></object>
                <object><name>person</name></object></annotation>
                """u8.ToArray());

        var (pictures, problems) = Datasets.Read("voc", dataset);

        Assert.Empty(problems);
        var picture = Assert.Single(pictures);
        Assert.Equal(
            ("2007_1.jpg", "val", "VOC2012/JPEGImages/2007_1.jpg"), (picture.Name, picture.Split, picture.File));
        Assert.Equal(
            [("aeroplane", 1L, false), ("person", 1L, true), ("person", 1L, false)],
            picture.Masks.Select(mask => (mask.Label!, mask.Mask.Area, mask.Occluded)));
        Assert.Equal("voc", DatasetFormats.Recognise(dataset)?.Format);
    }

    [Fact]
    public void Read_MasksOfCvat_GivesClassesByColour()
    {
        // CVAT's "Segmentation mask 1.1": colours of labelmap.txt, here in pictures of colours.
        var dataset = new MemoryDataset()
            .Add("labelmap.txt", "# label:color_rgb:parts:actions\nbackground:0,0,0::\ncar: old:250,50,83::\n"u8.ToArray())
            .Add("SegmentationClass/sub/a.png", PngWriter.Rgb(2, 1, new byte[] { 250, 50, 83, 0, 0, 0 }));

        var (pictures, problems) = Datasets.Read("voc", dataset);

        Assert.Empty(problems);
        Assert.Equal("sub/a.png", Assert.Single(pictures).Name);
        Assert.Equal(("car: old", 1L), (pictures[0].Masks[0].Label, pictures[0].Masks[0].Mask.Area));
    }

    [Fact]
    public void Read_BadFiles_AreReportedAndTheRestGoesThrough()
    {
        var dataset = new MemoryDataset()
            .Add("SegmentationClass/a.png", [1, 2, 3])
            .Add("SegmentationClass/b.png", Map(2, 1, 1, 1))
            .Add("SegmentationObject/b.png", Map(1, 2, 1, 1))
            .Add("SegmentationClass/c.png", Map(2, 1, 1, 99))
            .Add("Annotations/c.xml", "<annotation><!DOCTYPE x></annotation>"u8.ToArray());

        var (pictures, problems) = Datasets.Read("voc", dataset);

        Assert.Equal(2, Assert.Single(pictures).Masks.Count);
        Assert.Equal(
            ["Annotations/c.xml", "SegmentationClass/a.png", "SegmentationClass/b.png", "c.png"],
            problems.Select(problem => problem.Item).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Write_Overlaps_AreReported()
    {
        var picture = new DatasetPicture
        {
            Name = "a.jpg",
            Width = 2,
            Height = 1,
            Masks = [new() { Label = "cat", Mask = new(1, 2, 0, 2) }, new() { Mask = new(1, 2, 0, 1, 1) }],
        };

        foreach (var format in new[] { "voc", "semantic-png", "instance-png", "coco-panoptic" })
        {
            var dataset = Datasets.Write(format, [new(1, "cat")], [picture], out var problems);

            Assert.Contains(problems, problem => problem.Item == "a.jpg"
                && problem.Reason.StartsWith("Masks overlap: 1 pixels", StringComparison.Ordinal));
            Assert.Equal([1L, 1L], Datasets.Read(format, dataset).Pictures[0].Masks.Select(mask => mask.Mask.Area));
        }
    }

    private static byte[] Map(int width, int height, params byte[] numbers)
    {
        var palette = new byte[768];
        for (var number = 0; number < 255; number++)
        {
            var (red, green, blue) = Items.LabelColors.Voc(number);
            (palette[3 * number], palette[3 * number + 1], palette[3 * number + 2]) = (red, green, blue);
        }

        (palette[765], palette[766], palette[767]) = (224, 224, 192);
        return LabelMapPng.Palette(width, height, numbers, palette);
    }
}
