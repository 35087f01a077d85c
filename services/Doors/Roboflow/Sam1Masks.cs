using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Http;
using Segmentation.Doors.Crops;
using Segmentation.Masks;

namespace Segmentation.Doors.Roboflow;

/// <summary>
/// <c>{"masks": [polygon], "low_res_masks": [polygon], "time"}</c>: of each mask the outline of the largest area,
/// <c>[[x, y], ...]</c>; the second in pixels of the mask of 256 x 256. An empty mask has an empty outline.
/// </summary>
/// <param name="mask">The mask, with logits.</param>
/// <param name="elapsed">Time since the request came.</param>
internal sealed class Sam1Masks(RoboflowMask mask, Func<TimeSpan> elapsed) : IResult
{
    private const int Side = 256;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        var aborted = httpContext.RequestAborted;
        httpContext.Response.ContentType = "application/json";
        var chunks = new JsonChunks(httpContext.Response.BodyWriter, aborted);
        chunks.Text("""{"masks":["""u8);
        await RoboflowMask.WriteAsync(chunks, RoboflowMask.LargestOutline(mask.Runs, aborted));
        chunks.Text("""],"low_res_masks":["""u8);
        await RoboflowMask.WriteAsync(chunks, RoboflowMask.LargestOutline(Small(), aborted));
        chunks.Text("""],"time":"""u8);
        chunks.Number((float)elapsed().TotalSeconds);
        chunks.Text("}"u8);
        await chunks.FlushAsync();
    }

    private RunLengths Small()
    {
        var logits = MemoryMarshal.Cast<byte, float>(mask.Logits.Span);
        var pixels = new byte[Side * Side];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)(logits[i] > 0 ? 1 : 0);
        }

        return RunLengths.FromBytes(Side, Side, pixels);
    }
}
