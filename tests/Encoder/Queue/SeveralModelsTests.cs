using Microsoft.Extensions.Time.Testing;
using Segmentation.Embeddings;
using Segmentation.Tests.Shared;

namespace Segmentation.Encoder.Tests.Queue;

/// <summary>Two models in one encoder.</summary>
public sealed class SeveralModelsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EncodeAsync_ImagesOfTwoModelsReadyTogether_NoRunMixesThem()
    {
        await using var tier = await EncoderFixture.StartTwoModelsAsync(("MaxBatchSize", "4"));
        tier.Pipeline.HoldsRuns = true;
        tier.Pipeline.Let(3);
        tier.OtherPipeline.Let(2);
        var blocker = tier.Encode(9, cancellationToken: Cancel);
        await tier.Pipeline.NextRunAsync();
        Task<EncodeReply>[] calls =
        [
            tier.Encode(1, cancellationToken: Cancel), tier.EncodeByOther(2),
            tier.Encode(3, cancellationToken: Cancel), tier.EncodeByOther(4),
        ];
        await tier.ReadyAsync(5);

        tier.Pipeline.LetRuns(2);
        await Task.WhenAll([blocker, .. calls]);

        Assert.Equal(["9", "1 3"], tier.Pipeline.Runs.Select(run => string.Join(' ', run)));
        Assert.Equal(["2 4"], tier.OtherPipeline.Runs.Select(run => string.Join(' ', run)));
    }

    [Fact]
    public async Task EncodeAsync_ABatchThatWaitsWhileAnotherModelIsReady_BeginsAtOnce()
    {
        // Nobody advances this delay: only the other model's image ends the wait of the first.
        await using var tier = await EncoderFixture.StartTwoModelsAsync(
            new FakeTimeProvider(), ("MaxBatchSize", "2"), ("MaxQueueDelay", "00:00:10"));
        tier.Pipeline.Let(1);
        tier.OtherPipeline.Let(1);
        var first = tier.Encode(1, cancellationToken: Cancel);
        await tier.ReadyAsync(1);
        Assert.Empty(tier.Pipeline.Runs);

        var second = tier.EncodeByOther(2);

        Assert.Equal(EncodeStatus.Encoded, (await first).Status);
        Assert.False(second.IsCompleted);
    }

    [Fact]
    public async Task EncodeAsync_AModelOfSeveralTensors_IsStoredWithAllOfThem()
    {
        await using var tier = await EncoderFixture.StartTwoModelsAsync();
        tier.Pipeline.Let(1);
        tier.OtherPipeline.Let(1);

        await Task.WhenAll(tier.Encode(1, cancellationToken: Cancel), tier.EncodeByOther(1));

        var one = await tier.Store.GetAsync(EncoderFixture.Key(1), Cancel);
        var other = await tier.Store.GetAsync(EncoderFixture.OtherKey(1), Cancel);
        Assert.Equal((Embedding.Length, Embedding.Length + 4096), (one!.Count, other!.Count));
    }

    [Fact]
    public async Task Waiting_AsImagesMoveOn_CountsThoseOfItsModelInNoRun()
    {
        await using var tier = await EncoderFixture.StartTwoModelsAsync();
        using var meters = new HeardMeters(tier.Meters);
        tier.Pipeline.HoldsRuns = true;
        var first = tier.Encode(1, cancellationToken: Cancel);
        await tier.Pipeline.NextAsync();
        tier.Pipeline.Let(1);
        await tier.Pipeline.NextRunAsync();
        using var leaves = new CancellationTokenSource();
        var second = tier.EncodeByOther(2);
        var third = tier.EncodeByOther(3);
        var dropped = tier.Encoder.EncodeAsync(
            EncoderFixture.OtherKey(4), EncoderFixture.File(FakePipeline.Good, 4), leaves.Token);

        Assert.Equal([0, 3], tier.Models.All.Select(model => model.Waiting));
        Assert.Equal(3, meters["segmentation.encoder.models.waiting other"]);
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dropped);
        Assert.Equal([0, 2], tier.Models.All.Select(model => model.Waiting));

        tier.OtherPipeline.Let(2);
        tier.Pipeline.LetRuns(1);
        await Task.WhenAll(first, second, third);
        Assert.Equal([0, 0], tier.Models.All.Select(model => model.Waiting));
        Assert.Equal(1000, meters["segmentation.encoder.models.size tiny"]);
        Assert.Equal(2, meters["segmentation.encoder.images False other"]);
    }

    [Fact]
    public async Task Learn_AModelsTime_LeavesTheOthersAlone()
    {
        await using var tier = await EncoderFixture.StartTwoModelsAsync();
        var (one, other) = (tier.Models.All[0], tier.Models.All[1]);
        one.Begin(TimeSpan.FromSeconds(5));
        other.Begin(TimeSpan.FromMilliseconds(10));

        one.Learn(TimeSpan.FromSeconds(10));

        Assert.Equal((6, 0.01), (one.AverageSeconds, other.AverageSeconds));
        Assert.Equal(TimeSpan.FromSeconds(6), tier.Queue.RetryAfter(one));
        Assert.Equal(TimeSpan.FromMilliseconds(100), tier.Queue.RetryAfter(other));
    }
}
