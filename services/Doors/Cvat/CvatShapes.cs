using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Segmentation.Doors.Crops;
using Segmentation.Masks;
using Segmentation.Masks.Polygons;

namespace Segmentation.Doors.Cvat;

/// <summary>
/// A detector's answer: an array of <c>{confidence, label, type: "mask", points, mask, attributes}</c>. <c>mask</c> is
/// the part of the mask within its box, row by row as 0 and 1, and the box behind it, its last column and row included.
/// <c>points</c> is the outline of the largest area, x and y by turns, which CVAT takes where it turns masks into polygons.
/// </summary>
/// <param name="masks">Masks of at least one pixel, with their predicted IoU.</param>
/// <param name="label">Label of all.</param>
internal sealed class CvatShapes(IReadOnlyList<(float Confidence, RunLengths Mask)> masks, string label) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        var aborted = httpContext.RequestAborted;
        httpContext.Response.ContentType = "application/json";
        var chunks = new JsonChunks(httpContext.Response.BodyWriter, aborted);
        var name = JsonEncodedText.Encode(label).EncodedUtf8Bytes.ToArray();
        chunks.Text("["u8);
        for (var i = 0; i < masks.Count; i++)
        {
            aborted.ThrowIfCancellationRequested();
            chunks.Text(i == 0 ? """{"confidence":"""u8 : """,{"confidence":"""u8);
            chunks.Number(masks[i].Confidence);
            chunks.Text(",\"label\":\""u8);
            chunks.Text(name);
            chunks.Text("\",\"type\":\"mask\",\"points\":["u8);
            await WriteOutlineAsync(chunks, masks[i].Mask, aborted);
            chunks.Text("""],"mask":["""u8);
            await WritePixelsAsync(chunks, masks[i].Mask);
            chunks.Text("""],"attributes":[]}"""u8);
        }

        chunks.Text("]"u8);
        await chunks.FlushAsync();
    }

    private static async Task WriteOutlineAsync(JsonChunks chunks, RunLengths mask, CancellationToken aborted)
    {
        var longest = MaskPolygons.Trace(mask, new YieldPoint(null, aborted))
            .Where(ring => !ring.IsHole)
            .MaxBy(ring => ring.Area())!;
        for (var i = 0; i < longest.Coordinates.Count; i++)
        {
            if (i > 0)
            {
                chunks.Text(","u8);
            }

            chunks.Number((long)longest.Coordinates[i]);
            await chunks.PaceAsync();
        }
    }

    private static async Task WritePixelsAsync(JsonChunks chunks, RunLengths mask)
    {
        var rows = new CropRows(mask);
        foreach (var row in rows.All())
        {
            chunks.Pixels(row.Span, "1"u8);
            chunks.Text(","u8);
            await chunks.PaceAsync();
        }

        chunks.Bounds(rows.Box);
    }
}
