using System.Text.Json;
using Segmentation.Formats.Items;
using Segmentation.Formats.Json;
using Segmentation.Formats.Shapes;
using Segmentation.Masks;

namespace Segmentation.Formats.Coco;

/// <summary>COCO's field <c>segmentation</c>: polygons, run lengths as numbers, or as a compressed string.</summary>
internal static class CocoMask
{
    private const string Name = "segmentation";

    /// <summary>Reads a segmentation.</summary>
    /// <param name="value">The field's value.</param>
    /// <param name="width">Width of the picture.</param>
    /// <param name="height">Height of the picture.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BadItemException">The segmentation is damaged, or of another size.</exception>
    public static RunLengths Read(JsonElement value, int width, int height, CancellationToken cancellationToken) =>
        value.ValueKind switch
        {
            JsonValueKind.Object => ReadRuns(value, width, height),
            JsonValueKind.Array => ReadPolygons(value, width, height, cancellationToken),
            _ => throw new BadItemException(Name, "The segmentation is neither run lengths nor polygons."),
        };

    /// <summary>Writes run lengths with their compressed string.</summary>
    public static void WriteRuns(Utf8JsonWriter writer, RunLengths mask)
    {
        writer.WriteStartObject(Name);
        writer.WriteStartArray("size");
        writer.WriteNumberValue(mask.Height);
        writer.WriteNumberValue(mask.Width);
        writer.WriteEndArray();
        writer.WriteString("counts", mask.ToCocoString());
        writer.WriteEndObject();
    }

    /// <summary>Writes the box and the area of a mask.</summary>
    public static void WriteMeasures(Utf8JsonWriter writer, RunLengths mask)
    {
        var box = mask.Box;
        writer.WriteStartArray("bbox");
        writer.WriteNumberValue(box.X);
        writer.WriteNumberValue(box.Y);
        writer.WriteNumberValue(box.Width);
        writer.WriteNumberValue(box.Height);
        writer.WriteEndArray();
        writer.WriteNumber("area", mask.Area);
    }

    private static RunLengths ReadRuns(JsonElement value, int width, int height)
    {
        var size = JsonFields.Numbers(value.Needed("size"), $"{Name}.size");
        if (size.Length != 2 || size[0] != height || size[1] != width)
        {
            throw new BadItemException(
                $"{Name}.size", $"The size is not [{height}, {width}], the picture's height and width.");
        }

        var counts = value.Needed("counts");
        if (counts.ValueKind == JsonValueKind.String)
        {
            return MaskReading.OfString(
                height, width, JsonFields.TextOf(counts, $"{Name}.counts"), $"{Name}.counts");
        }

        var runs = new List<uint>();
        foreach (var count in JsonFields.Elements(counts, $"{Name}.counts"))
        {
            runs.Add(count.ValueKind == JsonValueKind.Number && count.TryGetUInt32(out var run)
                ? run
                : throw new BadItemException($"{Name}.counts", "A run length is no number of pixels."));
        }

        return MaskReading.OfCounts(height, width, runs.ToArray(), $"{Name}.counts");
    }

    private static RunLengths ReadPolygons(
        JsonElement value, int width, int height, CancellationToken cancellationToken)
    {
        var parts = new List<RunLengths>();
        foreach (var ring in value.EnumerateArray())
        {
            parts.Add(MaskReading.OfRing(
                height, width, JsonFields.Numbers(ring, Name), Name, cancellationToken));
        }

        return parts.Count > 0
            ? RunLengthSets.Union(parts)
            : throw new BadItemException(Name, "The annotation has no polygon.");
    }
}
