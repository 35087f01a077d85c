using System.Diagnostics;
using Segmentation.Embeddings;
using Segmentation.Tests.Shared;

namespace Segmentation.Encoder.Tests.Telemetry;

/// <summary>What an encoder tells about its work.</summary>
public sealed class TelemetryTests : IDisposable
{
    private const string QueueLength = "segmentation.encoder.queue.length";

    private readonly HeardSpans _spans = new("segmentation.encoder");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Encode_AnImage_IsOneTraceFromTheCallToTheRun()
    {
        await using var tier = await EncoderFixture.StartAsync();
        tier.Pipeline.Let(1);
        using var call = _spans.Begin();

        await tier.Encode(1, cancellationToken: Cancel);

        var encode = await _spans.OneAsync("encode");
        Assert.Equal(call.SpanId, encode.ParentSpanId);
        Assert.Equal("Encoded", encode.GetTagItem("segmentation.encode.status"));
        foreach (var name in new[] { "wait to be read", "read image", "encode batch" })
        {
            Assert.Equal(encode.SpanId, (await _spans.OneAsync(name)).ParentSpanId);
        }
    }

    [Fact]
    public async Task Encode_WhileAnotherIsRead_TheWaitIsASpanFromItsArrival()
    {
        await using var tier = await EncoderFixture.StartAsync();
        var first = tier.Encode(1, cancellationToken: Cancel);
        await tier.Pipeline.NextAsync();
        Task<EncodeReply> second;
        DateTime before;
        using (_spans.Begin())
        {
            before = TimeProvider.System.GetUtcNow().UtcDateTime;
            second = tier.Encode(2, cancellationToken: Cancel);
        }

        tier.Pipeline.Let(2);
        await Task.WhenAll(first, second);

        var wait = await _spans.OneAsync("wait to be read");
        var read = await _spans.OneAsync("read image");
        Assert.InRange(wait.StartTimeUtc, before.AddMilliseconds(-20), read.StartTimeUtc);
        Assert.InRange(wait.StartTimeUtc + wait.Duration, wait.StartTimeUtc, read.StartTimeUtc.AddMilliseconds(20));
    }

    [Fact]
    public async Task Encode_ThreeImagesInOneRun_TheRunIsInEachTrace()
    {
        await using var tier = await EncoderFixture.StartAsync(("MaxBatchSize", "3"));
        tier.Pipeline.HoldsRuns = true;
        tier.Pipeline.Let(4);
        var blocker = tier.Encode(9, cancellationToken: Cancel);
        await tier.Pipeline.NextRunAsync();
        var traces = new List<ActivityTraceId>();
        var calls = new List<Task<EncodeReply>> { blocker };
        for (var i = 0; i < 3; i++)
        {
            using var call = _spans.Begin();
            traces.Add(call.TraceId);
            calls.Add(tier.Encode(i, cancellationToken: Cancel));
        }

        await tier.ReadyAsync(4);
        tier.Pipeline.LetRuns(2);
        await Task.WhenAll(calls);

        var run = await _spans.OneAsync("encode batch");
        var shares = await _spans.NextAsync("share of batch", 2);
        var encodes = await _spans.NextAsync("encode", 3);
        Assert.Equal(traces[0], run.TraceId);
        Assert.Equal(traces[1..], run.Links.Select(link => link.Context.TraceId));
        Assert.Equal(traces[1..].ToHashSet(), shares.Select(share => share.TraceId).ToHashSet());
        Assert.All(shares, share => Assert.Equal(run.Context, Assert.Single(share.Links).Context));
        Assert.All([run, .. shares], span => Assert.Equal(3, span.GetTagItem("segmentation.encoder.batch.size")));
        Assert.All([run, .. shares], span => Assert.Contains(encodes, encode => encode.SpanId == span.ParentSpanId));
    }

    [Fact]
    public async Task Encode_TheRunFails_ItsSpansAreErrors()
    {
        await using var tier = await EncoderFixture.StartAsync();
        tier.Pipeline.Let(1);
        tier.Pipeline.FailsRuns = true;
        using var call = _spans.Begin();

        await Assert.ThrowsAsync<InvalidOperationException>(() => tier.Encode(1, cancellationToken: Cancel));

        Assert.Equal(ActivityStatusCode.Error, (await _spans.OneAsync("encode batch")).Status);
    }

    [Fact]
    public async Task QueueLength_AsImagesMoveOn_CountsThoseInNoRunYet()
    {
        await using var tier = await EncoderFixture.StartAsync(("MaxBatchSize", "2"));
        using var meters = new HeardMeters(tier.Meters);
        tier.Pipeline.HoldsRuns = true;
        Assert.Equal(0, meters[QueueLength]);

        var first = tier.Encode(1, cancellationToken: Cancel);
        await tier.Pipeline.NextAsync();
        Assert.Equal(1, meters[QueueLength]); // being read

        tier.Pipeline.Let(1);
        await tier.Pipeline.NextRunAsync();
        Assert.Equal(0, meters[QueueLength]); // in a run

        var others = Enumerable.Range(2, 4).Select(i => tier.Encode(i, cancellationToken: Cancel)).ToArray();
        await tier.Pipeline.NextAsync();
        Assert.Equal(4, meters[QueueLength]); // one being read, three wait

        tier.Pipeline.Let(1);
        await tier.Pipeline.NextAsync();
        Assert.Equal(4, meters[QueueLength]); // one read, one being read, two wait

        var bad = tier.Encode(6, FakePipeline.Damaged, Cancel);
        tier.Pipeline.Let(10);
        tier.Pipeline.LetRuns(10);
        await Task.WhenAll([first, .. others, bad]);
        Assert.Equal(0, meters[QueueLength]);
        Assert.Equal(5, meters["segmentation.encoder.wait tiny"]);
    }

    [Fact]
    public async Task Encode_AnswersAndRefusals_AreCounted()
    {
        await using var tier = await EncoderFixture.StartAsync(("MaxQueueLength", "1"));
        using var meters = new HeardMeters(tier.Meters);
        var first = tier.Encode(1, cancellationToken: Cancel);
        await tier.Pipeline.NextAsync();
        var second = tier.Encode(2, FakePipeline.Damaged, Cancel);
        await tier.Encode(3, cancellationToken: Cancel);
        tier.Pipeline.Let(2);
        await Task.WhenAll(first, second);
        await tier.Encode(1, cancellationToken: Cancel);

        Assert.Equal(1, meters["segmentation.encoder.images False tiny"]);
        Assert.Equal(1, meters["segmentation.encoder.images True tiny"]);
        Assert.Equal(1, meters["segmentation.encoder.rejected OVERLOADED"]);
        Assert.Equal(1, meters["segmentation.encoder.rejected DAMAGED"]);
        Assert.Equal(1, meters["segmentation.encoder.batch.size tiny"]);
    }

    public void Dispose() => _spans.Dispose();
}
