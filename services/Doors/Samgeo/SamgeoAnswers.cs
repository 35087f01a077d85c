using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Segmentation.Doors.Contract;
using Segmentation.Doors.Geography;
using Segmentation.Masks;
using Segmentation.Masks.Polygons;

namespace Segmentation.Doors.Samgeo;

/// <summary>Writes masks in the forms of <c>output_format</c>.</summary>
/// <param name="call">The request, whose caller is charged.</param>
/// <param name="found">The masks.</param>
/// <param name="georeference">Where the picture lies; null: coordinates are columns and rows.</param>
internal sealed class SamgeoAnswers(DoorCall call, FoundLabels found, Georeference? georeference)
{
    private const string Field = "output_format";
    private const int LonLat = 4326;

    private static readonly string[] _formats = ["geojson", "geotiff", "png", "json", "detections"];

    private readonly AffineMap _map = georeference?.Map ?? AffineMap.Pixels;
    private readonly AnswerCharge _charge = new(call.Model);

    /// <summary>The form that a request asks for.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: an unknown one.</exception>
    public static string FormatOf(SamgeoForm form)
    {
        var format = form.Text(Field) ?? _formats[0];
        return _formats.Contains(format, StringComparer.Ordinal)
            ? format
            : throw DoorProblem.Invalid(Field, $"{DoorText.Quote(format)}: one of {string.Join(", ", _formats)} is needed.");
    }

    /// <summary>The answer in one of the forms.</summary>
    public IResult Write(string format) => format switch
    {
        "geotiff" => File(new LabelRaster(found, call).ToGeoTiff(georeference), "image/tiff", "mask.tif"),
        "png" => File(new LabelRaster(found, call).ToPng(), "image/png", "mask.png"),
        "json" => Json(WriteBoxes),
        "detections" => Json(WriteDetections),
        _ => Json(WriteFeatures),
    };

    private IResult File(byte[] file, string type, string name)
    {
        call.Model.ChargeAnswer(file.Length);
        return Results.Bytes(file, type, name);
    }

    private IResult Json(Action<Utf8JsonWriter> write)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
            _charge.Finished(writer);
        }

        return Results.Bytes(json.WrittenMemory, "application/json");
    }

    /// <summary>A feature for each region of each mask, as GDAL makes them of a picture of values.</summary>
    private void WriteFeatures(Utf8JsonWriter writer)
    {
        writer.WriteString("type", "FeatureCollection");
        writer.WriteString("name", "output");
        if (georeference?.Epsg is { } epsg)
        {
            writer.WriteStartObject("crs");
            writer.WriteString("type", "name");
            writer.WriteStartObject("properties");
            writer.WriteString(
                "name", epsg == LonLat ? "urn:ogc:def:crs:OGC:1.3:CRS84" : $"urn:ogc:def:crs:EPSG::{Text(epsg)}");
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteStartArray("features");
        foreach (var mask in found.Masks)
        {
            var rings = MaskPolygons.Trace(mask.Runs, new YieldPoint(null, call.Aborted));
            for (var i = 0; i < rings.Count;)
            {
                var end = i + 1;
                while (end < rings.Count && rings[end].IsHole)
                {
                    end++;
                }

                WriteFeature(writer, mask, rings.Skip(i).Take(end - i));
                _charge.Grown(writer);
                i = end;
            }
        }

        writer.WriteEndArray();
    }

    private void WriteFeature(Utf8JsonWriter writer, LabelledMask mask, IEnumerable<MaskPolygon> rings)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "Feature");
        writer.WriteStartObject("properties");
        writer.WriteNumber("value", mask.Value);
        if (mask.Score is { } score)
        {
            writer.WriteNumber("score", score);
        }

        writer.WriteEndObject();
        WriteGeometry(writer, rings.Select(ring => ring.Coordinates));
        writer.WriteEndObject();
    }

    /// <summary>The pixels of each mask as a box: the last column and row are those of its last pixels.</summary>
    private void WriteBoxes(Utf8JsonWriter writer)
    {
        writer.WriteNumber("image_width", found.Width);
        writer.WriteNumber("image_height", found.Height);
        writer.WriteNumber("num_detections", found.Masks.Count);
        writer.WriteStartArray("detections");
        for (var i = 0; i < found.Masks.Count; i++)
        {
            var (left, top, right, bottom) = BoxOf(found.Masks[i]);
            writer.WriteStartObject();
            writer.WriteNumber("id", i + 1);
            writer.WriteNumber("value", found.Masks[i].Value);
            WriteNumbers(writer, "bbox", left, top, right, bottom);
            writer.WriteNumber("width", right - left);
            writer.WriteNumber("height", bottom - top);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>The boxes as features.</summary>
    private void WriteDetections(Utf8JsonWriter writer)
    {
        writer.WriteString("type", "FeatureCollection");
        writer.WriteStartArray("features");
        for (var i = 0; i < found.Masks.Count; i++)
        {
            var (left, top, right, bottom) = BoxOf(found.Masks[i]);
            writer.WriteStartObject();
            writer.WriteString("type", "Feature");
            WriteGeometry(writer, [[left, top, right, top, right, bottom, left, bottom]]);
            writer.WriteStartObject("properties");
            writer.WriteNumber("id", i + 1);
            writer.WriteNumber("value", found.Masks[i].Value);
            WriteNumbers(writer, "bbox_pixel", left, top, right, bottom);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteNumber("num_detections", found.Masks.Count);
        if (georeference?.Epsg is { } epsg)
        {
            writer.WriteString("crs", $"EPSG:{Text(epsg)}");
        }
    }

    /// <summary>A polygon of rings in pixels: x0, y0, x1, y1, ...</summary>
    private void WriteGeometry(Utf8JsonWriter writer, IEnumerable<IReadOnlyList<float>> rings)
    {
        writer.WriteStartObject("geometry");
        writer.WriteString("type", "Polygon");
        writer.WriteStartArray("coordinates");
        foreach (var ring in rings)
        {
            writer.WriteStartArray();
            for (var i = 0; i <= ring.Count; i += 2)
            {
                var (x, y) = _map.ToMap(ring[i % ring.Count], ring[(i + 1) % ring.Count]);
                writer.WriteStartArray();
                writer.WriteNumberValue(x);
                writer.WriteNumberValue(y);
                writer.WriteEndArray();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter writer, string name, params ReadOnlySpan<int> numbers)
    {
        writer.WriteStartArray(name);
        foreach (var number in numbers)
        {
            writer.WriteNumberValue(number);
        }

        writer.WriteEndArray();
    }

    private static (int Left, int Top, int Right, int Bottom) BoxOf(LabelledMask mask)
    {
        var box = mask.Runs.Box;
        return (box.X, box.Y, box.X + box.Width - 1, box.Y + box.Height - 1);
    }

    private static string Text(int epsg) => epsg.ToString(CultureInfo.InvariantCulture);
}
