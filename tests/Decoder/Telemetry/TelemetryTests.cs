using System.Diagnostics;
using Segmentation.Common;
using Segmentation.Decoder.Configuration;
using Segmentation.Decoder.Tests.Fakes;
using Segmentation.Grains;
using Segmentation.Tests.Shared;

namespace Segmentation.Decoder.Tests.Telemetry;

/// <summary>What a silo tells about its work, without Orleans.</summary>
public sealed class TelemetryTests : IDisposable
{
    private readonly HeardSpans _spans = new("segmentation.decoder");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DecodeAsync_AColdImage_IsWaitPrepareWaitDecodeInTheCallersTrace()
    {
        await using var silo = new TestSilo(isHeld: false);
        var key = silo.Store.Add(1);
        using var call = _spans.Begin();

        await silo.Decoder.DecodeAsync(key, Click(1), Cancel);

        var waits = await _spans.NextAsync("wait for worker", 2);
        Activity[] spans = [await _spans.OneAsync("prepare"), await _spans.OneAsync("decode"), .. waits];
        Assert.All(spans, span => Assert.Equal(call.SpanId, span.ParentSpanId));
        Assert.All(spans[..2], span => Assert.Equal("interactive", span.GetTagItem("segmentation.decoder.lane")));
    }

    [Fact]
    public async Task DecodeAsync_BehindAnother_TheWaitLastsAsLongAsThat()
    {
        await using var silo = new TestSilo();
        silo.Engine.Let(1);
        var key = silo.Store.Add(1);
        var first = silo.Decoder.DecodeAsync(key, Click(1), Cancel);
        await silo.Engine.NextAsync();
        await silo.Engine.NextAsync();
        Task<DecodeReply> second;
        using (_spans.Begin())
        {
            second = silo.Decoder.DecodeAsync(key, Click(2), Cancel);
        }

        silo.Time.Advance(TimeSpan.FromSeconds(3));
        silo.Engine.Let(2);
        await Task.WhenAll(first, second);

        var wait = await _spans.OneAsync("wait for worker");
        Assert.Equal((silo.Time.GetUtcNow() - TimeSpan.FromSeconds(3)).UtcDateTime, wait.StartTimeUtc);
    }

    [Fact]
    public async Task DecodeAsync_ImagesAndMasksOverTheirBounds_AreCounted()
    {
        await using var silo = new TestSilo(
            new DecoderOptions
            {
                Workers = 1, HotImageBytes = 2 * FakeEngine.ImageBytes, MaskLogitBytes = 4 * 256 * 256 * sizeof(float),
            },
            isHeld: false);
        using var meters = new HeardMeters(silo.Meters);
        for (var image = 1; image <= 3; image++)
        {
            await silo.Decoder.DecodeAsync(silo.Store.Add(image), Click(1) with { Refinable = true }, Cancel);
        }

        await silo.Decoder.DecodeAsync(FakeStore.Key(3), Click(2), Cancel);

        Assert.Equal(1, meters["segmentation.decoder.images.evicted"]);
        Assert.Equal(2, meters["segmentation.decoder.images.held"]);
        Assert.Equal(2 * FakeEngine.ImageBytes, meters["segmentation.decoder.images.size"]);
        Assert.Equal(5, meters["segmentation.decoder.masks.evicted"]);
        Assert.Equal(3, meters["segmentation.decoder.images.reads miss"]);
        Assert.Equal(1, meters["segmentation.decoder.images.reads hit"]);
        Assert.Equal(1, meters["segmentation.decoder.workers"]);
    }

    [Fact]
    public async Task DecodeAsync_Answered_WasMeasuredByLaneAndWork()
    {
        var silo = new TestSilo(isHeld: false);
        using var meters = new HeardMeters(silo.Meters);
        var key = silo.Store.Add(1);
        await silo.Decoder.DecodeAsync(key, Click(1), Cancel);
        PromptData[] prompts = [.. Enumerable.Range(2, 5).Select(x => Click(x).Prompts[0])];
        var reply = await silo.Decoder.DecodeAsync(key, new() { Prompts = prompts, Lane = Lane.Batch }, Cancel);

        // A worker measures after it has answered; when it has ended it has measured.
        await silo.DisposeAsync();

        Assert.Equal(1, meters["segmentation.decoder.duration interactive prepare"]);
        Assert.Equal(1, meters["segmentation.decoder.duration interactive decode"]);
        Assert.Equal(3, meters["segmentation.decoder.duration batch decode"]);
        Assert.Equal(1, meters["segmentation.decoder.prompts interactive decode"]);
        Assert.Equal(5, meters["segmentation.decoder.prompts batch decode"]);
        Assert.Equal([4u, 5, 6, 7, 8], reply.Results.Select(masks => masks[0].Area));
        Assert.Equal(2, meters["segmentation.decoder.wait interactive"]);
    }

    public void Dispose() => _spans.Dispose();

    private static DecodeRequest Click(float x) => new() { Prompts = [new() { Points = [new(x, 3, true)] }] };
}
