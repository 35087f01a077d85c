using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Segmentation.Doors.Crops;
using Segmentation.Masks;

namespace Segmentation.Doors.Roboflow;

/// <summary>
/// Masks as numpy's <c>load</c> reads them (NPZ): <c>masks</c>, int8 of [n, height, width], 1 inside and -1 outside, and
/// <c>low_res_masks</c>, float32 of [n, 256, 256], logits. The values of <c>masks</c> stand for logits, of which they
/// have the sign: clients compare them with 0.
/// </summary>
/// <param name="masks">Masks of one picture with logits, at least one.</param>
internal sealed class RoboflowArchive(IReadOnlyList<RoboflowMask> masks) : IResult
{
    private const int Side = 256;
    private const byte Inside = 1;
    private const byte Outside = 0xff;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        var aborted = httpContext.RequestAborted;
        httpContext.Response.ContentType = "application/octet-stream";
        await using var body = new PacedStream(httpContext.Response.BodyWriter);
        await using var archive = await ZipArchive.CreateAsync(
            body, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, aborted);
        var size = masks[0].Runs;
        await using (var file = await OpenAsync(archive, "masks.npy", aborted))
        {
            await file.WriteAsync(NumpyFile.Header("|i1", masks.Count, size.Height, size.Width), aborted);
            foreach (var mask in masks)
            {
                await WritePixelsAsync(file, mask.Runs, aborted);
            }
        }

        await using (var file = await OpenAsync(archive, "low_res_masks.npy", aborted))
        {
            await file.WriteAsync(NumpyFile.Header("<f4", masks.Count, Side, Side), aborted);
            foreach (var mask in masks)
            {
                await file.WriteAsync(mask.Logits, aborted);
            }
        }
    }

    private static Task<Stream> OpenAsync(ZipArchive archive, string name, CancellationToken aborted) =>
        archive.CreateEntry(name, CompressionLevel.Fastest).OpenAsync(aborted);

    /// <summary>Writes the rows of the whole picture, one at a time.</summary>
    private static async Task WritePixelsAsync(Stream file, RunLengths mask, CancellationToken aborted)
    {
        var rows = new CropRows(mask);
        var box = rows.Box;
        var line = new byte[mask.Width];
        line.AsSpan().Fill(Outside);
        await RepeatAsync(file, line, box.Y, aborted);
        foreach (var row in rows.All())
        {
            for (var x = 0; x < box.Width; x++)
            {
                line[box.X + x] = row.Span[x] != 0 ? Inside : Outside;
            }

            await file.WriteAsync(line, aborted);
        }

        line.AsSpan().Fill(Outside);
        await RepeatAsync(file, line, mask.Height - box.Y - box.Height, aborted);
    }

    private static async Task RepeatAsync(Stream file, byte[] line, int times, CancellationToken aborted)
    {
        for (var i = 0; i < times; i++)
        {
            await file.WriteAsync(line, aborted);
        }
    }
}
