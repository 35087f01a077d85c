using System.Diagnostics;
using Segmentation.Tests.Shared;

namespace Segmentation.Embeddings.Tests.Redis;

/// <summary>What the store tells about Redis.</summary>
public sealed class RedisTelemetryTests : IDisposable
{
    private readonly HeardSpans _spans = new("segmentation.embeddings");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Operations_WithinATrace_AreSpansOfIt()
    {
        await using var redis = await RedisFixture.StartAsync(RedisServer.Any);
        using var call = _spans.Begin();

        await redis.Store.PutAsync(Samples.Key(1), Samples.Embedding(), Cancel);
        await redis.Store.GetAsync(Samples.Key(1), Cancel);

        foreach (var operation in new[] { "put", "get" })
        {
            var span = await _spans.OneAsync($"redis {operation}");
            Assert.Equal((call.SpanId, ActivityKind.Client), (span.ParentSpanId, span.Kind));
            Assert.Equal("redis", span.GetTagItem("db.system.name"));
            Assert.Equal(operation, span.GetTagItem("db.operation.name"));
            Assert.Equal(ActivityStatusCode.Unset, span.Status);
        }
    }

    [Fact]
    public async Task Operations_WithoutATrace_AreNoSpans()
    {
        await using var redis = await RedisFixture.StartAsync(RedisServer.Any);
        var roots = 0;
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "segmentation.embeddings",
            Sample = (ref options) =>
            {
                Interlocked.Add(ref roots, options.Parent == default ? 1 : 0);
                return ActivitySamplingResult.AllData;
            },
        };
        ActivitySource.AddActivityListener(listener);
        Activity.Current = null;

        Assert.Null(await redis.Store.GetAsync(Samples.Key(1), Cancel));

        Assert.Equal(0, roots);
    }

    [Fact]
    public async Task Outage_UnansweredOperations_AreErrorsAndCounted()
    {
        await using var redis = await RedisFixture.StartAsync(RedisServer.Any);
        using var meters = new HeardMeters(redis.Meters);
        await redis.Store.GetInfoAsync(Samples.Key(1), Cancel);
        Assert.Equal(1, meters["segmentation.embeddings.available"]);
        await redis.Server.KillAsync();
        using var call = _spans.Begin();

        await redis.Store.GetAsync(Samples.Key(1), Cancel);

        Assert.Equal(ActivityStatusCode.Error, (await _spans.OneAsync("redis get")).Status);
        Assert.Equal(0, meters["segmentation.embeddings.available"]);
        Assert.Equal(1, meters["segmentation.embeddings.unavailable get"]);
        Assert.Equal(1, meters["segmentation.embeddings.duration get_info"]);
    }

    public void Dispose() => _spans.Dispose();
}
