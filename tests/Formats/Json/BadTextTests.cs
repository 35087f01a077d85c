using System.Text;

namespace Segmentation.Formats.Tests.Json;

/// <summary>Texts that are no UTF-8, or have halves of characters, are faults of an item or of a file.</summary>
public sealed class BadTextTests
{
    private const string Shape = """{"label": "a", "points": [[1, 1], [5, 1], [5, 4]], "flags": {"FLAG": true}}""";

    [Theory]
    [InlineData("coco")]
    [InlineData("datumaro")]
    [InlineData("label-studio")]
    public void Read_NameThatIsNoUtf8_IsRefusedOrReported(string format)
    {
        var json = Encoding.UTF8.GetBytes(format == "label-studio"
            ? """[{"data": {"image": "a.jpg"}, "annotations": [], "x\u00ff": 1}]"""
            : """{"dm_format_version": "", "images": [], "x\u00ff": 1}""".Replace(
                format == "coco" ? "dm_format_version" : "images", "categories", StringComparison.Ordinal));
        // A byte that begins no character, in place of the escape.
        var at = json.AsSpan().IndexOf("\\u00ff"u8);
        json = [.. json[..at], 0xFF, .. json[(at + 6)..]];
        var dataset = new MemoryDataset().Add("a.json", json);

        var problems = new List<DatasetProblem>();
        var exception = Record.Exception(() => problems.AddRange(Datasets.Read(format, dataset).Problems));

        Assert.True(exception is DatasetFormatException || (exception is null && problems.Count == 1));
        Assert.Contains("UTF-8", exception?.Message ?? problems[0].Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\\ud800", "attributes")]
    [InlineData("x", null)]
    public void Read_HalfACharacterInAttributes_IsReported(string flag, string? field)
    {
        var json = $$$"""
            {"shapes": [{{{Shape.Replace("FLAG", flag, StringComparison.Ordinal)}}}, {{{Shape}}}], "imagePath": "a.jpg",
             "imageWidth": 10, "imageHeight": 8}
            """;

        var (pictures, problems) = Datasets.Read("labelme", MemoryDataset.Of(("a.json", json)));

        Assert.Equal(field, problems.FirstOrDefault()?.Field);
        Assert.Equal(field is null ? 2 : 1, Assert.Single(pictures).Masks.Count);
    }

    [Fact]
    public void Read_HalfACharacterAsId_IsReportedByPlace()
    {
        var json = """{"image": {"file_name": "a.jpg", "width": 4, "height": 4}, "annotations": [{"id": "\ud800"}]}""";

        var (_, problems) = Datasets.Read("sa1b", MemoryDataset.Of(("a.json", json)));

        Assert.Equal("a.jpg: annotation at place 0", Assert.Single(problems).Item);
    }

    [Fact]
    public void Write_AttributesWithHalfACharacter_AreLeftOut()
    {
        var picture = new DatasetPicture
        {
            Name = "a.jpg",
            Width = 2,
            Height = 1,
            Masks = [new() { Mask = new(1, 2, 0, 1, 1), AttributesJson = """{"\ud800": 1}""" }],
        };

        var (pictures, problems) = Datasets.Read("coco", Datasets.Write("coco", [], [picture]));

        Assert.Empty(problems);
        Assert.Null(Assert.Single(Assert.Single(pictures).Masks).AttributesJson);
    }
}
