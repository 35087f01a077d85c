using CsCheck;
using Segmentation.Formats.Registry;

namespace Segmentation.Formats.Tests.Registry;

/// <summary>Export and import give the same masks bit for bit, and all that a format holds of them.</summary>
public sealed class RoundTripTests
{
    public static TheoryData<string> Overlapping => [.. FormatRule.Overlapping.Select(rule => rule.Name)];

    public static TheoryData<string> Flat => [.. FormatRule.Flat.Select(rule => rule.Name)];

    [Theory]
    [MemberData(nameof(Overlapping))]
    public void WriteRead_AnyMasks_AreTheSame(string format)
    {
        var rule = FormatRule.Overlapping.Single(one => one.Name == format);
        DatasetGen.Pictures.Sample(pictures => Check(rule, pictures), iter: 300);
    }

    [Theory]
    [MemberData(nameof(Flat))]
    public void WriteRead_MasksApart_AreTheSame(string format)
    {
        var rule = FormatRule.Flat.Single(one => one.Name == format);
        DatasetGen.Flat.Sample(pictures => Check(rule, pictures), iter: 200);
    }

    [Fact]
    public void Writers_EveryReader_HasOne() => Assert.Equal(
        DatasetFormats.Readers.Select(reader => reader.Format).Append("coco-polygons").Order(StringComparer.Ordinal),
        DatasetFormats.Writers.Select(writer => writer.Format).Order(StringComparer.Ordinal));

    [Fact]
    public void Find_UnknownName_IsNone()
    {
        Assert.Null(DatasetFormats.FindReader("coco-polygons"));
        Assert.Null(DatasetFormats.FindWriter("cityscapes"));
        Assert.Null(DatasetFormats.Recognise(MemoryDataset.Of(("a.jpg", "x"), ("readme.txt", "hello"))));
    }

    private static void Check(FormatRule rule, DatasetPicture[] pictures)
    {
        var dataset = Datasets.Write(rule.Name, DatasetGen.Labels, pictures);
        var name = rule.Name == "coco-polygons" ? "coco" : rule.Name;
        var (read, problems) = Datasets.Read(name, dataset, file => Array.Find(pictures, one => one.Name == file));

        Assert.Empty(problems);
        Assert.Equal(
            pictures.Select(rule.Expected).Select(rule.Text).Order(StringComparer.Ordinal),
            read.Select(rule.Text).Order(StringComparer.Ordinal));
        if (pictures.Any(picture => picture.Masks.Count > 0))
        {
            Assert.Equal(name, DatasetFormats.Recognise(dataset)?.Format);
        }
    }
}
