using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json;
using Segmentation.Doors.Contract;
using Segmentation.Doors.Crops;
using Segmentation.Doors.Outlines;
using Segmentation.Masks;
using Segmentation.Masks.Png;
using Segmentation.Masks.Polygons;
using Segmentation.Masks.Rows;
using Segmentation.Protocol.V1;

namespace Segmentation.Doors.LabelStudio;

/// <summary>Writes masks as regions of Label Studio.</summary>
/// <param name="config">Form, control and labels.</param>
/// <param name="options">Bounds of polygons.</param>
/// <param name="json">Where to; bounded by <see cref="MaxBytes"/>.</param>
internal sealed class RegionWriter(LabelConfig config, LabelStudioOptions options, Utf8JsonWriter json)
{
    /// <summary>Bytes of the largest answer.</summary>
    public const long MaxBytes = 64 << 20;

    private const int IdLength = 10;

    /// <summary>Writes a mask's regions: one, or for polygons one for each piece; none for an empty mask.</summary>
    /// <param name="mask">The mask.</param>
    /// <param name="frame">The picture.</param>
    /// <param name="label">Its label; null: none.</param>
    /// <param name="cancellationToken">The caller left.</param>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: the answer would be too large.</exception>
    public void Write(Mask mask, PictureFrame frame, string? label, CancellationToken cancellationToken)
    {
        if (mask.Area == 0)
        {
            return;
        }

        var runs = RunLengths.FromCocoString((int)mask.Rle.Size[0], (int)mask.Rle.Size[1], mask.Rle.Counts);
        switch (config.Form)
        {
            case RegionForm.Brush:
                WriteRegion(mask, runs, frame, "brushlabels", label, () => WriteBrush(runs, cancellationToken));
                break;
            case RegionForm.Bitmask:
                WriteRegion(mask, runs, frame, "bitmasklabels", label, () => WritePng(runs, cancellationToken));
                break;
            default:
                foreach (var ring in RingsOf(runs, cancellationToken))
                {
                    WriteRegion(mask, runs, frame, "polygonlabels", label, () => WriteRing(ring, frame));
                }

                break;
        }
    }

    private void WriteRegion(Mask mask, RunLengths runs, PictureFrame frame, string type, string? label, Action value)
    {
        json.WriteStartObject();
        json.WriteString("id", RandomNumberGenerator.GetHexString(IdLength, lowercase: true));
        json.WriteString("from_name", config.Control);
        json.WriteString("to_name", config.Picture);
        json.WriteNumber("original_width", runs.Width);
        json.WriteNumber("original_height", runs.Height);
        json.WriteNumber("image_rotation", frame.Rotation);
        json.WriteString("type", type);
        json.WriteNumber("score", ScoreOf(mask));
        json.WriteBoolean("readonly", false);
        json.WriteStartObject("value");
        value();
        json.WriteStartArray(type);
        if (label is not null)
        {
            json.WriteStringValue(label);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        if (json.BytesCommitted + json.BytesPending > MaxBytes)
        {
            throw DoorProblem.Invalid(
                "tasks",
                $"The answer has more than {MaxBytes} bytes: ask for fewer tasks at a time, or for fewer masks.",
                "ANSWER_TOO_LARGE");
        }
    }

    /// <summary>A mask's predicted IoU, within 0 and 1.</summary>
    public static float ScoreOf(Mask mask) => Math.Clamp(mask.PredictedIou, 0, 1);

    private void WriteBrush(RunLengths runs, CancellationToken cancellationToken)
    {
        if ((long)runs.Height * runs.Width > BrushPacking.MaxPixels)
        {
            throw DoorProblem.Invalid("tasks", $"The picture has more than {BrushPacking.MaxPixels} pixels: no brush holds that.");
        }

        json.WriteString("format", "rle");
        json.WriteStartArray("rle");
        foreach (var one in BrushPacking.Pack(runs, new YieldPoint(null, cancellationToken)).Span)
        {
            json.WriteNumberValue(one);
        }

        json.WriteEndArray();
    }

    private void WritePng(RunLengths runs, CancellationToken cancellationToken)
    {
        var png = MaskPng.Encode(runs, new YieldPoint(null, cancellationToken));
        json.WriteString("imageDataURL", $"data:image/png;base64,{Convert.ToBase64String(png)}");
    }

    private void WriteRing(IReadOnlyList<Vector2> ring, PictureFrame frame)
    {
        json.WriteBoolean("closed", true);
        json.WriteStartArray("points");
        foreach (var corner in ring)
        {
            var percent = frame.ToPercent(corner);
            json.WriteStartArray();
            json.WriteNumberValue(percent.X);
            json.WriteNumberValue(percent.Y);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    // A polygon has no holes there. A mask's crumbs come last, and are no regions where there are many.
    private IEnumerable<IReadOnlyList<Vector2>> RingsOf(RunLengths runs, CancellationToken cancellationToken) =>
        MaskPolygons.Trace(runs, new YieldPoint(null, cancellationToken))
            .Where(ring => !ring.IsHole)
            .OrderByDescending(ring => ring.Area())
            .Take(options.MaxPolygons)
            .Select(ring => CornersOf(RingSimplifier.Simplify(ring.Coordinates, options.PolygonTolerance)));

    private static Vector2[] CornersOf(IReadOnlyList<float> ring) =>
        [.. Enumerable.Range(0, ring.Count / 2).Select(i => new Vector2(ring[2 * i], ring[(2 * i) + 1]))];
}
