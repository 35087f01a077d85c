using Microsoft.AspNetCore.Http;
using Segmentation.Doors.Crops;
using Segmentation.Masks;

namespace Segmentation.Doors.Cvat;

/// <summary>
/// An interactor's answer: <c>{"mask": rows of 0 and 255, "bounds": [left, top, right, bottom]}</c>. The rows are the
/// part within the bounds, which include the last column and row. An empty mask is one pixel outside, since CVAT looks
/// at the first row's length.
/// </summary>
/// <param name="mask">The mask, of at least one pixel; null for an empty one.</param>
internal sealed class CvatMask(RunLengths? mask) : IResult
{
    private static ReadOnlySpan<byte> Empty => """{"mask":[[0]],"bounds":[0,0,0,0],"points":[]}"""u8;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        httpContext.Response.ContentType = "application/json";
        var chunks = new JsonChunks(httpContext.Response.BodyWriter, httpContext.RequestAborted);
        if (mask is null)
        {
            chunks.Text(Empty);
            await chunks.FlushAsync();
            return;
        }

        var rows = new CropRows(mask);
        chunks.Text("""{"mask":["""u8);
        var isFirst = true;
        foreach (var row in rows.All())
        {
            chunks.Text(isFirst ? "["u8 : ",["u8);
            chunks.Pixels(row.Span, "255"u8);
            chunks.Text("]"u8);
            await chunks.PaceAsync();
            isFirst = false;
        }

        var box = rows.Box;
        chunks.Text("""],"bounds":["""u8);
        chunks.Bounds(box);
        chunks.Text("]}"u8);
        await chunks.FlushAsync();
    }
}
