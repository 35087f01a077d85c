using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Segmentation.Embeddings.Storage;
using Segmentation.Tests.Shared;

namespace Segmentation.Embeddings.Tests.Storage;

public sealed class InMemoryEmbeddingStoreTests : IDisposable
{
    private const long One = EmbeddingCodec.EncodedSize;
    private readonly FakeTimeProvider _clock = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task GetAsync_WhatWasPut_IsTheSame()
    {
        var store = Store(One);
        var embedding = Samples.Embedding();
        await store.PutAsync(Samples.Key(1), embedding, Cancel);

        Assert.Same(embedding, await store.GetAsync(Samples.Key(1), Cancel));
        Assert.Equal(embedding.Info, await store.GetInfoAsync(Samples.Key(1), Cancel));
        Assert.Equal(One, store.SizeBytes);
    }

    [Fact]
    public async Task PutAsync_SeveralTensors_CountsAllOfThem()
    {
        var store = Store(2 * One);
        await store.PutAsync(Samples.WideKey(1), Samples.WideEmbedding(), Cancel);

        Assert.Equal(EmbeddingCodec.HeaderSize + Samples.WideLength * sizeof(ushort), store.SizeBytes);
        await store.PutAsync(Samples.Key(2), Samples.Embedding(), Cancel);
        Assert.Null(await store.GetAsync(Samples.WideKey(1), Cancel));
    }

    [Fact]
    public async Task GetAsync_AnotherTenant_FindsNothing()
    {
        var store = Store(One);
        await store.PutAsync(Samples.Key(1), Samples.Embedding(), Cancel);
        Assert.Null(await store.GetAsync(Samples.Key(1, "other"), Cancel));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(One - 1)]
    public async Task PutAsync_NoRoomForOne_HoldsNothing(long capacity)
    {
        var store = Store(capacity);
        await store.PutAsync(Samples.Key(1), Samples.Embedding(), Cancel);

        Assert.Null(await store.GetAsync(Samples.Key(1), Cancel));
        Assert.Null(await store.GetInfoAsync(Samples.Key(1), Cancel));
        Assert.False(await store.RemoveAsync(Samples.Key(1), Cancel));
        Assert.Equal(0, store.SizeBytes);
    }

    [Fact]
    public async Task PutAsync_RoomForOne_HoldsTheLast()
    {
        var store = Store(2 * One - 1);
        await store.PutAsync(Samples.Key(1), Samples.Embedding(1), Cancel);
        await store.PutAsync(Samples.Key(2), Samples.Embedding(2), Cancel);

        Assert.Null(await store.GetAsync(Samples.Key(1), Cancel));
        Assert.NotNull(await store.GetAsync(Samples.Key(2), Cancel));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PutAsync_Full_GivesUpTheLeastRecentlyUsedNotTheOldest(bool headerOnly)
    {
        var store = Store(2 * One);
        await store.PutAsync(Samples.Key(1), Samples.Embedding(1), Cancel);
        await store.PutAsync(Samples.Key(2), Samples.Embedding(2), Cancel);
        _ = headerOnly
            ? (object?)await store.GetInfoAsync(Samples.Key(1), Cancel)
            : await store.GetAsync(Samples.Key(1), Cancel);

        await store.PutAsync(Samples.Key(3), Samples.Embedding(3), Cancel);

        Assert.NotNull(await store.GetAsync(Samples.Key(1), Cancel));
        Assert.Null(await store.GetAsync(Samples.Key(2), Cancel));
        Assert.NotNull(await store.GetAsync(Samples.Key(3), Cancel));
    }

    [Fact]
    public async Task PutAsync_ManyOfAnotherTenant_TheFewOfThisOneStay()
    {
        var store = Store(3 * One);
        await store.PutAsync(Samples.Key(1), Samples.Embedding(1), Cancel);
        for (var i = 2; i < 10; i++)
        {
            await store.PutAsync(Samples.Key(i, "many"), Samples.Embedding(2), Cancel);
        }

        Assert.NotNull(await store.GetAsync(Samples.Key(1), Cancel));
        Assert.NotNull(await store.GetAsync(Samples.Key(8, "many"), Cancel));
        Assert.Null(await store.GetAsync(Samples.Key(7, "many"), Cancel));
    }

    [Fact]
    public async Task PutAsync_SameKeyAgain_IsCountedOnce()
    {
        var store = Store(2 * One);
        await store.PutAsync(Samples.Key(1), Samples.Embedding(1), Cancel);
        var second = Samples.Embedding(2);
        await store.PutAsync(Samples.Key(1), second, Cancel);

        Assert.Equal(One, store.SizeBytes);
        Assert.Same(second, await store.GetAsync(Samples.Key(1), Cancel));
    }

    [Fact]
    public async Task GetAsync_EveryRead_SlidesTheExpiry()
    {
        var store = Store(10 * One);
        await store.PutAsync(Samples.Key(1), Samples.Embedding(1), Cancel);
        await store.PutAsync(Samples.Key(2), Samples.Embedding(2), Cancel);
        _clock.Advance(TimeSpan.FromMinutes(40));
        Assert.NotNull(await store.GetInfoAsync(Samples.Key(1), Cancel));
        _clock.Advance(TimeSpan.FromMinutes(40));

        Assert.NotNull(await store.GetAsync(Samples.Key(1), Cancel));
        Assert.Null(await store.GetAsync(Samples.Key(2), Cancel));
        Assert.Equal(One, store.SizeBytes);
        _clock.Advance(TimeSpan.FromMinutes(60));
        Assert.Null(await store.GetInfoAsync(Samples.Key(1), Cancel));
    }

    [Fact]
    public async Task RemoveAsync_Held_IsGone()
    {
        var store = Store(One);
        await store.PutAsync(Samples.Key(1), Samples.Embedding(), Cancel);

        Assert.True(await store.RemoveAsync(Samples.Key(1), Cancel));
        Assert.False(await store.RemoveAsync(Samples.Key(1), Cancel));
        Assert.Null(await store.GetAsync(Samples.Key(1), Cancel));
        Assert.Equal(0, store.SizeBytes);
    }

    [Fact]
    public async Task GetAsync_Cancelled_Throws()
    {
        var store = Store(One);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await store.GetAsync(Samples.Key(1), new CancellationToken(true)));
    }

    [Fact]
    public async Task Reads_HitsAndMisses_AreCounted()
    {
        using var meters = new HeardMeters(_services.GetRequiredService<IMeterFactory>());
        var store = Store(One);
        await store.GetInfoAsync(Samples.Key(1), Cancel);
        await store.PutAsync(Samples.Key(1), Samples.Embedding(), Cancel);
        await store.GetAsync(Samples.Key(1), Cancel);

        Assert.Equal(1, meters["segmentation.embeddings.reads info miss"]);
        Assert.Equal(0, meters["segmentation.embeddings.reads info hit"]);
        Assert.Equal(1, meters["segmentation.embeddings.reads values hit"]);
        Assert.Equal(0, meters["segmentation.embeddings.reads values miss"]);
    }

    [Fact]
    public async Task Put_Full_WhatIsGivenUpIsCounted()
    {
        using var meters = new HeardMeters(_services.GetRequiredService<IMeterFactory>());
        var store = Store(2 * One);
        for (var i = 0; i < 5; i++)
        {
            await store.PutAsync(Samples.Key(i), Samples.Embedding(), Cancel);
        }

        await store.PutAsync(Samples.Key(4), Samples.Embedding(), Cancel);
        await store.RemoveAsync(Samples.Key(4), Cancel);

        Assert.Equal(3, meters["segmentation.embeddings.evicted"]);
        Assert.Equal(One, meters["segmentation.embeddings.size"]);
    }

    private InMemoryEmbeddingStore Store(long capacity)
    {
        var options = new EmbeddingStoreOptions { CapacityBytes = capacity, SlidingExpiration = TimeSpan.FromHours(1) };
        var metrics = new EmbeddingMetrics(_services.GetRequiredService<IMeterFactory>());
        return new InMemoryEmbeddingStore(Options.Create(options), _clock, metrics);
    }
}
