using System.Text.Json;

namespace Segmentation.Cli.Tests.Everything;

/// <summary>Reads a COCO file as class <c>COCO</c> of pycocotools does: its index and its masks.</summary>
internal sealed class CocoReader
{
    private readonly JsonElement _dataset;

    /// <summary><c>createIndex</c>.</summary>
    public CocoReader(string path)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(path));
        _dataset = json.RootElement.Clone();
        Assert.Equal(JsonValueKind.Object, _dataset.ValueKind);
        Annotations = _dataset.GetProperty("annotations").EnumerateArray().ToDictionary(Id);
        Images = _dataset.GetProperty("images").EnumerateArray().ToDictionary(Id);
        Categories = _dataset.GetProperty("categories").EnumerateArray().ToDictionary(Id);
        OfImage = Annotations.Values.ToLookup(annotation => annotation.GetProperty("image_id").GetInt64());
        ImagesOfCategory = Annotations.Values.ToLookup(
            annotation => annotation.GetProperty("category_id").GetInt64(),
            annotation => annotation.GetProperty("image_id").GetInt64());
    }

    public JsonElement Info => _dataset.GetProperty("info");

    public IEnumerable<JsonElement> Licenses => _dataset.GetProperty("licenses").EnumerateArray();

    public IReadOnlyDictionary<long, JsonElement> Annotations { get; }

    public IReadOnlyDictionary<long, JsonElement> Images { get; }

    public IReadOnlyDictionary<long, JsonElement> Categories { get; }

    public ILookup<long, JsonElement> OfImage { get; }

    public ILookup<long, long> ImagesOfCategory { get; }

    /// <summary><c>annToMask</c>, column by column: polygons are rasterised and merged, run lengths are read.</summary>
    public bool[] MaskOf(JsonElement annotation)
    {
        var image = Images[annotation.GetProperty("image_id").GetInt64()];
        var (h, w) = (image.GetProperty("height").GetInt32(), image.GetProperty("width").GetInt32());
        var segmentation = annotation.GetProperty("segmentation");
        if (segmentation.ValueKind == JsonValueKind.Array)
        {
            var polygons = segmentation.EnumerateArray()
                .Select(polygon => polygon.EnumerateArray().Select(number => number.GetDouble()).ToArray()).ToArray();
            // Four numbers would be taken for a box.
            Assert.All(polygons, polygon => Assert.InRange(polygon.Length, 6, int.MaxValue));
            return MaskApi.Union(polygons.Select(polygon => MaskApi.FromPolygon(polygon, h, w)), h, w);
        }

        var size = segmentation.GetProperty("size").EnumerateArray().Select(number => number.GetInt32());
        Assert.Equal([h, w], size);
        return MaskApi.Union([MaskApi.FromString(segmentation.GetProperty("counts").GetString()!)], h, w);
    }

    private static long Id(JsonElement element) => element.GetProperty("id").GetInt64();
}
