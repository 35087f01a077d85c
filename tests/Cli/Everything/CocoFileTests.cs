using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Segmentation.Cli.Everything;
using Segmentation.Masks;
using Segmentation.Masks.Tests;

namespace Segmentation.Cli.Tests.Everything;

/// <summary>COCO's readers find in a file what was found in the pictures, bit for bit, in both forms.</summary>
public sealed class CocoFileTests : IDisposable
{
    private static readonly FakeTimeProvider _clock = new(new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero));
    private readonly TemporaryFolder _folder = new();
    private readonly string _photo;

    public CocoFileTests()
    {
        _photo = _folder.File("photo.png");
        File.Copy(Segctl.Image("coins.png"), _photo);
    }

    public static TheoryData<string> Goldens =>
        new(Directory.GetFiles(GoldenMasks.Folder, "*.json").Select(f => Path.GetFileName(f)!));

    [Theory]
    [MemberData(nameof(Goldens))]
    public void Finish_GoldenMasks_AreReadBackInBothForms(string file)
    {
        foreach (var masks in GoldenMasks.Of(file).GroupBy(mask => (mask.Height, mask.Width)))
        {
            AssertReadBack([.. masks], SegmentationForm.Rle);
            AssertReadBack([.. masks], SegmentationForm.Polygon);
        }
    }

    [Fact]
    public void Finish_RandomMasks_AreReadBackInBothForms()
    {
        var random = new Random(11);
        for (var round = 0; round < 40; round++)
        {
            var (height, width) = (random.Next(1, 30), random.Next(1, 30));
            RunLengths[] masks =
                [.. Enumerable.Range(1, 9).Select(tenths => Noise(random, height, width, tenths / 10.0))];
            AssertReadBack(masks, SegmentationForm.Rle);
            AssertReadBack(masks, SegmentationForm.Polygon);
        }
    }

    /// <summary>Polygons where COCO has a way to say it: a ring a part. A hole needs run lengths.</summary>
    [Fact]
    public void Finish_Polygon_IsTakenWhereAMaskHasNoHole()
    {
        var whole = Draw("##.", "##.", "..#");
        var ring = Draw("###", "#.#", "###");
        var touching = Draw("###", "#.#", "##.");

        var segmentations = Write([whole, ring, touching], SegmentationForm.Polygon).Annotations.Values
            .Select(annotation => annotation.GetProperty("segmentation")).ToArray();

        Assert.Equal("[[0,0,2,0,2,2,0,2],[2,2,3,2,3,3,2,3]]", segmentations[0].GetRawText());
        Assert.Equal(JsonValueKind.Object, segmentations[1].ValueKind);
        Assert.Equal(JsonValueKind.Object, segmentations[2].ValueKind);
    }

    [Fact]
    public void Finish_AnyFile_HasWhatReadersLookFor()
    {
        var read = Write([Draw("##", "#."), Draw(".#", "..")], SegmentationForm.Rle, predictedIou: 1.0131675f);

        Assert.Equal(
            ["description", "url", "version", "year", "contributor", "date_created", "segctl"], Names(read.Info));
        Assert.Equal(2026, read.Info.GetProperty("year").GetInt32());
        Assert.Equal("2026-03-04T05:06:07Z", read.Info.GetProperty("date_created").GetString());
        Assert.Equal("model-a", read.Info.GetProperty("segctl").GetProperty("model").GetString());
        var license = Assert.Single(read.Licenses);
        Assert.Equal(["id", "name", "url"], Names(license));
        var image = Assert.Single(read.Images.Values);
        Assert.Equal(
            [
                "id", "width", "height", "file_name", "license", "flickr_url", "coco_url", "date_captured", "sha256",
            ],
            Names(image));
        Assert.Equal(license.GetProperty("id").GetInt32(), image.GetProperty("license").GetInt32());
        Assert.Equal("photo.png", image.GetProperty("file_name").GetString());
        var category = Assert.Single(read.Categories.Values);
        Assert.Equal(["id", "name", "supercategory"], Names(category));
        Assert.Equal([1L, 1L], read.ImagesOfCategory[category.GetProperty("id").GetInt64()]);
        Assert.Equal(2, read.OfImage[1].Count());
        Assert.All(read.Annotations.Values, annotation =>
        {
            Assert.Equal(0, annotation.GetProperty("iscrowd").GetInt32());
            foreach (var score in new[] { "score", "predicted_iou", "stability_score" })
            {
                Assert.InRange(annotation.GetProperty(score).GetDouble(), 0, 1);
            }
        });
    }

    [Fact]
    public void Finish_PartsOfOtherImages_AreNotLeftOutInSilence()
    {
        var writer = new CocoWriter(new(_folder.File("out")), Results.Settings, SegmentationForm.Rle, _clock);
        var (first, second) = (Results.Of(_photo), Results.Of(Segctl.Image("coffee.png")));
        writer.Write(first);
        Assert.Null(writer.Finish([first.Image], TestContext.Current.CancellationToken));
        writer.Write(second);

        Assert.Contains(
            "others (photo.json)",
            writer.Finish([second.Image], TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        Assert.Null(writer.Finish([first.Image, second.Image], TestContext.Current.CancellationToken));
    }

    /// <summary>SA-1B has the model's own number, also above 1.</summary>
    [Fact]
    public void Write_Sa1b_KeepsThePredictedIou()
    {
        Write([Draw("##", "#.")], SegmentationForm.Rle, predictedIou: 1.0131675f);

        var part = Sa1bFile.Read(_folder.File("out/coco-parts/photo.json"));
        Assert.Equal(1.0131675f, Assert.Single(part.Annotations).PredictedIou);
    }

    public void Dispose() => _folder.Dispose();

    private void AssertReadBack(RunLengths[] masks, SegmentationForm form)
    {
        var read = Write(masks, form);

        var annotations = read.OfImage[1].ToArray();
        Assert.Equal(masks.Length, annotations.Length);
        foreach (var (mask, annotation) in masks.Zip(annotations))
        {
            var pixels = read.MaskOf(annotation);
            Assert.Equal(Columns(mask), pixels);
            Assert.Equal(pixels.LongCount(inside => inside), annotation.GetProperty("area").GetInt64());
            var box = mask.Box;
            Assert.Equal(
                [box.X, box.Y, box.Width, box.Height],
                annotation.GetProperty("bbox").EnumerateArray().Select(number => number.GetInt32()));
        }
    }

    private CocoReader Write(RunLengths[] masks, SegmentationForm form, float predictedIou = 0.9f)
    {
        var writer = new CocoWriter(new(_folder.File("out")), Results.Settings, form, _clock);
        var result = Results.Of(_photo, masks);
        writer.Write(result with { Masks = [.. masks.Select(mask => Results.Mask(mask, predictedIou))] });
        writer.Finish([result.Image], TestContext.Current.CancellationToken);
        return new(_folder.File("out/annotations.json"));
    }

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(p => p.Name);

    private static bool[] Columns(RunLengths mask)
    {
        var rows = mask.ToBytes();
        var columns = new bool[rows.Length];
        for (var i = 0; i < columns.Length; i++)
        {
            columns[i] = rows[i % mask.Height * mask.Width + i / mask.Height] != 0;
        }

        return columns;
    }

    private static RunLengths Draw(params string[] rows) => RunLengths.FromBytes(
        rows.Length, rows[0].Length, [.. rows.SelectMany(row => row.Select(c => (byte)(c == '#' ? 1 : 0)))]);

    private static RunLengths Noise(Random random, int height, int width, double density)
    {
        var pixels = new byte[height * width];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)(random.NextDouble() < density ? 1 : 0);
        }

        pixels[random.Next(pixels.Length)] = 1;
        return RunLengths.FromBytes(height, width, pixels);
    }
}
