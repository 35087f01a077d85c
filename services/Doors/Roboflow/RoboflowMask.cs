using Segmentation.Doors.Crops;
using Segmentation.Masks;
using Segmentation.Masks.Polygons;

namespace Segmentation.Doors.Roboflow;

/// <summary>A mask to answer with.</summary>
/// <param name="Runs">The mask.</param>
/// <param name="Confidence">Its predicted IoU.</param>
/// <param name="Logits">256 x 256 little-endian float32; empty where they were not asked for.</param>
internal sealed record RoboflowMask(RunLengths Runs, float Confidence, ReadOnlyMemory<byte> Logits)
{
    /// <summary>Outlines of a mask without its holes, for which polygons have no sign here.</summary>
    public static IReadOnlyList<MaskPolygon> Outlines(RunLengths runs, CancellationToken aborted) =>
        [.. MaskPolygons.Trace(runs, new YieldPoint(null, aborted)).Where(ring => !ring.IsHole)];

    /// <summary>The outline with the largest area; null for an empty mask.</summary>
    public static MaskPolygon? LargestOutline(RunLengths runs, CancellationToken aborted) =>
        Outlines(runs, aborted).MaxBy(ring => ring.Area());

    /// <summary>Writes an outline as points, <c>[[x, y], ...]</c>.</summary>
    public static async Task WriteAsync(JsonChunks chunks, MaskPolygon? ring)
    {
        chunks.Text("["u8);
        for (var i = 0; i < (ring?.Coordinates.Count ?? 0); i += 2)
        {
            chunks.Text(i == 0 ? "["u8 : ",["u8);
            chunks.Number((long)ring!.Coordinates[i]);
            chunks.Text(","u8);
            chunks.Number((long)ring.Coordinates[i + 1]);
            chunks.Text("]"u8);
            await chunks.PaceAsync();
        }

        chunks.Text("]"u8);
    }
}
