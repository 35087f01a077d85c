using System.Buffers;
using System.Text.Json;
using Segmentation.Protocol.V1;

namespace Segmentation.Doors.Outlines;

/// <summary>
/// Masks as a list of GeoJSON features (RFC 7946) in pixels: a Polygon with its holes, or a MultiPolygon of several regions.
/// </summary>
public static class FeatureList
{
    /// <summary>Writes the masks; empty ones are left out.</summary>
    /// <param name="masks">The masks, with polygons.</param>
    /// <param name="properties">Writes the properties of a mask, which has this number among all.</param>
    /// <returns>JSON in UTF-8.</returns>
    public static byte[] Write(IReadOnlyList<Mask> masks, Action<Utf8JsonWriter, Mask, int> properties)
    {
        ArgumentNullException.ThrowIfNull(masks);
        ArgumentNullException.ThrowIfNull(properties);
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartArray();
            for (var i = 0; i < masks.Count; i++)
            {
                if (MaskOutline.Of(masks[i]) is { Count: > 0 } regions)
                {
                    writer.WriteStartObject();
                    writer.WriteString("type", "Feature");
                    WriteGeometry(writer, regions);
                    writer.WriteStartObject("properties");
                    properties(writer, masks[i], i);
                    writer.WriteEndObject();
                    writer.WriteEndObject();
                }
            }

            writer.WriteEndArray();
        }

        return json.WrittenSpan.ToArray();
    }

    private static void WriteGeometry(Utf8JsonWriter writer, IReadOnlyList<MaskOutline> regions)
    {
        writer.WriteStartObject("geometry");
        writer.WriteString("type", regions.Count == 1 ? "Polygon" : "MultiPolygon");
        writer.WriteStartArray("coordinates");
        foreach (var region in regions)
        {
            if (regions.Count > 1)
            {
                writer.WriteStartArray();
            }

            WriteRing(writer, region.Outer);
            foreach (var hole in region.Holes)
            {
                WriteRing(writer, hole);
            }

            if (regions.Count > 1)
            {
                writer.WriteEndArray();
            }
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>A ring, which ends where it began.</summary>
    private static void WriteRing(Utf8JsonWriter writer, IReadOnlyList<float> ring)
    {
        writer.WriteStartArray();
        for (var i = 0; i <= ring.Count; i += 2)
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(ring[i % ring.Count]);
            writer.WriteNumberValue(ring[(i + 1) % ring.Count]);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }
}
