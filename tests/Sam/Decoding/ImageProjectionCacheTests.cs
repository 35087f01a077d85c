using Segmentation.Masks;
using Segmentation.Masks.Geometry;
using Segmentation.Sam.Decoding;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Tests.Decoding;

/// <summary>Image projections are computed once for all threads and cached for the images asked for last.</summary>
public sealed class ImageProjectionCacheTests : IDisposable
{
    private static readonly YieldPoint _open = new(null, CancellationToken.None);
    private readonly FakeDecoder _decoder = new();
    private readonly ImageProjectionCache _cache;

    public ImageProjectionCacheTests() => _cache = new(_decoder);

    [Fact]
    public void Get_SameImage_ComputesThemOnce()
    {
        var image = MakeImage();

        Assert.Same(_cache.Get(image, _open), _cache.Get(image, _open));
        Assert.Equal(1, _decoder.Made);
    }

    [Fact]
    public void Get_MoreImagesThanAreKept_ForgetsTheOneAskedForLongestAgo()
    {
        PreparedTokens[] images = [.. Enumerable.Range(0, ImageProjectionCache.Capacity + 1).Select(_ => MakeImage())];
        foreach (var image in images[..^1])
        {
            _cache.Get(image, _open);
        }

        _cache.Get(images[0], _open);
        _cache.Get(images[^1], _open);
        Assert.Equal(images.Length, _decoder.Made);

        _cache.Get(images[0], _open);
        Assert.Equal(images.Length, _decoder.Made);
        _cache.Get(images[1], _open);
        Assert.Equal(images.Length + 1, _decoder.Made);
    }

    [Fact(Timeout = 600_000)]
    public async Task Get_AnotherThreadComputesThem_ChecksTheYieldPointMeanwhile()
    {
        var image = MakeImage();
        using var isWaiting = new ManualResetEventSlim();
        _decoder.Preparing = isWaiting.Wait;
        var first = Task.Run(() => _cache.Get(image, _open), TestContext.Current.CancellationToken);
        SpinWait.SpinUntil(() => _decoder.Begun == 1);

        var second = _cache.Get(image, new(isWaiting.Set, CancellationToken.None));

        Assert.Same(await first, second);
        Assert.Equal(1, _decoder.Made);
    }

    [Fact(Timeout = 600_000)]
    public async Task Get_ComputingThreadIsCancelled_TheNextOneComputes()
    {
        var image = MakeImage();
        using var isWaiting = new ManualResetEventSlim();
        using var end = new CancellationTokenSource();
        _decoder.Preparing = () =>
        {
            isWaiting.Wait();
            _decoder.Preparing = () => { };
            end.Cancel();
        };
        var first = Task.Run(() => _cache.Get(image, new(null, end.Token)), TestContext.Current.CancellationToken);
        SpinWait.SpinUntil(() => _decoder.Begun == 1);

        var second = _cache.Get(image, new(isWaiting.Set, CancellationToken.None));

        await Assert.ThrowsAsync<OperationCanceledException>(() => first);
        Assert.NotNull(second);
        Assert.Equal((2, 1), (_decoder.Begun, _decoder.Made));
    }

    public void Dispose() => _decoder.Dispose();

    private static PreparedTokens MakeImage()
    {
        long[] shape = [64, 4, 64];
        return new(new ImageGeometry(64, 64), [shape, shape, shape, shape]);
    }

    private sealed class FakeDecoder : IMaskDecoder
    {
        private volatile int _begun;

        public int Begun => _begun;

        public int Made { get; private set; }

        public Action Preparing { get; set; } = () => { };

        public int MinBatch => 1;

        public int HighResLength => 0;

        public IHighResFeatures? PrepareHighRes(ReadOnlySpan<float> features, YieldPoint yieldPoint) => null;

        public AlignedBuffer PrecomputeProjections(PreparedTokens image, YieldPoint yieldPoint)
        {
            _begun++;
            Preparing();
            yieldPoint.Check();
            Made++;
            return new(16);
        }

        public void Decode(
            PreparedTokens image,
            DecodeBatch batch,
            Memory<float> logits,
            Memory<float> predictedIou,
            Arena memory,
            CancellationToken cancellationToken) => throw new NotSupportedException();

        public void Dispose()
        {
            // Holds nothing.
        }
    }
}
