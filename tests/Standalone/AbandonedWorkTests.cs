using System.Globalization;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Grpc.Core;
using Segmentation.Protocol.V1;
using Segmentation.Sam.Images;

namespace Segmentation.Standalone.Tests;

/// <summary>Work whose caller has left, while pictures of many megapixels are being made.</summary>
public sealed partial class AbandonedWorkTests(RunningStandalone standalone) : IClassFixture<RunningStandalone>
{
    private const int Side = 6000;

    /// <summary>More than this machine does in the time of the test.</summary>
    private const int Prompts = 200;

    /// <summary>Promised: work that nobody waits for has ended by then.</summary>
    private static readonly TimeSpan _promise = TimeSpan.FromSeconds(2);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Segment_CallerLeavesOrIsOutOfTime_TheSiloStopsWithinTwoSeconds(bool leaves)
    {
        var image = await UploadAsync();
        var click = Click(10, 10);
        var request = new SegmentRequest
        {
            ImageId = image.Id,
            Prompts = { Enumerable.Range(0, Prompts).Select(i => Click(20 * i, 20 * i)) },
            Output = new OutputOptions { Formats = { MaskFormat.Png, MaskFormat.Polygon }, Refinable = false },
        };
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var before = await PromptsDecodedAsync();
        var call = standalone.Segmentation.SegmentAsync(
            request,
            deadline: leaves ? null : TimeProvider.System.GetUtcNow().UtcDateTime + TimeSpan.FromSeconds(3),
            cancellationToken: leaving.Token).ResponseAsync;
        while (leaves && await PromptsDecodedAsync() == before)
        {
            // Pictures are being made.
        }

        await (leaves ? leaving.CancelAsync() : Task.CompletedTask);
        await Assert.ThrowsAsync<RpcException>(() => call);
        await Task.Delay(_promise, Cancel);
        var stopped = await PromptsDecodedAsync();
        await standalone.Segmentation.SegmentAsync(
            new SegmentRequest { ImageId = image.Id, Prompts = { click } }, cancellationToken: Cancel);

        Assert.InRange(stopped - before, 0, Prompts / 2);
        Assert.Equal(stopped + 1, await PromptsDecodedAsync());
    }

    private static Prompt Click(float x, float y) => new() { Points = { new Point { X = x, Y = y } } };

    private async Task<Image> UploadAsync()
    {
        var pixels = new byte[Side * Side * 3];
        for (var y = 0; y < Side; y += 2)
        {
            // Bars of other widths, so that there is something to be found.
            pixels.AsSpan(y * Side * 3, (y / 1000 * 1000 + 500) * 3).Fill(byte.MaxValue);
        }

        using var call = standalone.Images.UploadImage(cancellationToken: Cancel);
        foreach (var chunk in JpegWriter.Rgb(new RgbImage(Side, Side, pixels)).Chunk(1 << 20))
        {
            await call.RequestStream.WriteAsync(
                new UploadImageRequest { Chunk = UnsafeByteOperations.UnsafeWrap(chunk) }, Cancel);
        }

        await call.RequestStream.CompleteAsync();
        return await call;
    }

    private async Task<double> PromptsDecodedAsync()
    {
        using var client = new HttpClient { BaseAddress = standalone.Http };
        var page = await client.GetStringAsync("/metrics", Cancel);
        return Decoded().Matches(page).Sum(line => double.Parse(line.Groups[1].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"^segmentation_decoder_prompts_total(?:\{[^}]*\})? ([0-9.e+]+)", RegexOptions.Multiline)]
    private static partial Regex Decoded();
}
