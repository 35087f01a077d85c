using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Segmentation.Doors.Crops;

namespace Segmentation.Doors.Roboflow;

/// <summary>
/// <c>{"predictions": [{"masks", "confidence", "format"}], "time"}</c>: masks as polygons <c>[[[x, y], ...], ...]</c>
/// without their holes, or as <c>{"size": [height, width], "counts"}</c> in COCO's compressed form.
/// </summary>
/// <param name="masks">A mask for each prompt.</param>
/// <param name="isRle">True where masks are run lengths.</param>
/// <param name="elapsed">Time since the request came.</param>
internal sealed class Sam2Predictions(IReadOnlyList<RoboflowMask> masks, bool isRle, Func<TimeSpan> elapsed) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        var aborted = httpContext.RequestAborted;
        httpContext.Response.ContentType = "application/json";
        var chunks = new JsonChunks(httpContext.Response.BodyWriter, aborted);
        chunks.Text("""{"predictions":["""u8);
        for (var i = 0; i < masks.Count; i++)
        {
            aborted.ThrowIfCancellationRequested();
            chunks.Text(i == 0 ? """{"masks":"""u8 : """,{"masks":"""u8);
            if (isRle)
            {
                WriteRuns(chunks, masks[i]);
            }
            else
            {
                await WritePolygonsAsync(chunks, masks[i], aborted);
            }

            chunks.Text(""","confidence":"""u8);
            chunks.Number(masks[i].Confidence);
            chunks.Text(isRle ? ""","format":"rle"}"""u8 : ""","format":"polygon"}"""u8);
            await chunks.PaceAsync();
        }

        chunks.Text("""],"time":"""u8);
        chunks.Number((float)elapsed().TotalSeconds);
        chunks.Text("}"u8);
        await chunks.FlushAsync();
    }

    private static void WriteRuns(JsonChunks chunks, RoboflowMask mask)
    {
        chunks.Text("""{"size":["""u8);
        chunks.Number(mask.Runs.Height);
        chunks.Text(","u8);
        chunks.Number(mask.Runs.Width);
        chunks.Text("],\"counts\":\""u8);
        // COCO's characters include the backslash.
        chunks.Text(JsonEncodedText.Encode(mask.Runs.ToCocoString()).EncodedUtf8Bytes);
        chunks.Text("\"}"u8);
    }

    private static async Task WritePolygonsAsync(JsonChunks chunks, RoboflowMask mask, CancellationToken aborted)
    {
        chunks.Text("["u8);
        var isFirst = true;
        foreach (var ring in RoboflowMask.Outlines(mask.Runs, aborted))
        {
            chunks.Text(isFirst ? ""u8 : ","u8);
            await RoboflowMask.WriteAsync(chunks, ring);
            isFirst = false;
        }

        chunks.Text("]"u8);
    }
}
