using System.Text.Json;
using Segmentation.Masks;

namespace Segmentation.Browser.Tests;

/// <summary>A picture of which every object is known.</summary>
/// <param name="File">Path of the picture.</param>
/// <param name="Objects">Masks of the objects.</param>
internal sealed record Truth(string File, IReadOnlyList<RunLengths> Objects)
{
    /// <summary>Reads COCO annotations with run lengths, and the pictures that lie beside them or in <c>images</c>.</summary>
    public static IReadOnlyList<Truth> Read(string folder)
    {
        using var coco = JsonDocument.Parse(System.IO.File.ReadAllBytes(Path.Combine(folder, "annotations.json")));
        var masks = coco.RootElement.GetProperty("annotations").EnumerateArray()
            .ToLookup(one => one.GetProperty("image_id").GetInt32(), MaskOf);
        return
        [
            .. coco.RootElement.GetProperty("images").EnumerateArray().Select(image => new Truth(
                PathOf(folder, image.GetProperty("file_name").GetString()!),
                [.. masks[image.GetProperty("id").GetInt32()]])),
        ];
    }

    private static string PathOf(string folder, string name) =>
        System.IO.File.Exists(Path.Combine(folder, name)) ? Path.Combine(folder, name) : Path.Combine(folder, "images", name);

    private static RunLengths MaskOf(JsonElement annotation)
    {
        var mask = annotation.GetProperty("segmentation");
        var size = mask.GetProperty("size");
        return RunLengths.FromCocoString(size[0].GetInt32(), size[1].GetInt32(), mask.GetProperty("counts").GetString()!);
    }
}
