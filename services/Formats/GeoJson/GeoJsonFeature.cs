using System.Text.Json;
using Segmentation.Formats.Coco;
using Segmentation.Formats.Items;
using Segmentation.Formats.Json;
using Segmentation.Formats.Shapes;
using Segmentation.Masks;

namespace Segmentation.Formats.GeoJson;

/// <summary>Reads one feature of GeoJSON: polygons in pixels of the picture.</summary>
internal static class GeoJsonFeature
{
    /// <summary>Reads a feature.</summary>
    /// <param name="feature">The feature.</param>
    /// <param name="width">Width of the picture.</param>
    /// <param name="height">Height of the picture.</param>
    /// <param name="isUpwards">True if y grows upwards, from -height to 0.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BadItemException">The feature is wrong, or has no inside.</exception>
    public static DatasetMask Read(
        JsonElement feature, int width, int height, bool isUpwards, CancellationToken cancellationToken)
    {
        var polygons = PolygonsOf(feature.Needed("geometry"));
        var parts = new List<RunLengths>();
        foreach (var polygon in polygons)
        {
            var rings = JsonFields.Elements(polygon, "geometry.coordinates")
                .Select(ring => Ring(ring, isUpwards)).ToArray();
            parts.Add(MaskReading.OfPolygon(height, width, rings, "geometry.coordinates", cancellationToken));
        }

        if (parts.Count == 0)
        {
            throw new BadItemException("geometry.coordinates", "The feature has no polygon.");
        }

        var properties = feature.Field("properties") ?? default;
        return new DatasetMask
        {
            Id = CocoFields.IdOf(feature),
            Label = LabelOf(properties),
            Mask = MaskReading.NotEmpty(RunLengthSets.Union(parts), "geometry"),
            PredictedIou = properties.ScoreOrNull("predicted_iou"),
            StabilityScore = properties.ScoreOrNull("stability_score"),
        }.WithFieldsOf(properties);
    }

    /// <summary>Returns the polygons of a geometry.</summary>
    /// <exception cref="BadItemException">The geometry has none.</exception>
    public static IEnumerable<JsonElement> PolygonsOf(JsonElement geometry) => geometry.Text("type") switch
    {
        "Polygon" => [geometry.Needed("coordinates")],
        "MultiPolygon" => JsonFields.Elements(geometry.Needed("coordinates"), "geometry.coordinates"),
        _ => throw new BadItemException(
            "geometry.type", "This geometry has no inside. Only Polygon and MultiPolygon are read."),
    };

    private static double[] Ring(JsonElement ring, bool isUpwards)
    {
        var corners = JsonFields.Pairs(ring, "geometry.coordinates");
        if (isUpwards)
        {
            for (var i = 1; i < corners.Length; i += 2)
            {
                corners[i] = -corners[i];
            }
        }

        return corners;
    }

    /// <summary>Returns the label of a feature by its properties; null: none.</summary>
    public static string? LabelOf(JsonElement properties)
    {
        var classification = properties.Field("classification") ?? default;
        return properties.TextOrNull("category") ?? properties.TextOrNull("label") ?? properties.TextOrNull("class")
            ?? classification.TextOrNull("name");
    }
}
