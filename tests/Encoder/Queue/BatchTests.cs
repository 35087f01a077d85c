using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using Segmentation.Embeddings;
using Segmentation.Encoder.Queue;

namespace Segmentation.Encoder.Tests.Queue;

public sealed class BatchTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Encode_ImagesReadDuringARun_AreTheNextRun()
    {
        await using var tier = await StartHoldingAsync(("MaxBatchSize", "3"));
        var first = tier.Encode(1, cancellationToken: Cancel);
        Assert.Equal(1, await tier.Pipeline.NextRunAsync());
        var others = Enumerable.Range(2, 4).Select(i => tier.Encode(i, cancellationToken: Cancel)).ToArray();
        await tier.ReadyAsync(4);
        tier.Pipeline.LetRuns(1);

        Assert.Equal(3, await tier.Pipeline.NextRunAsync());
        tier.Pipeline.LetRuns(10);

        Assert.All(await Task.WhenAll([first, .. others]), r => Assert.Equal(EncodeStatus.Encoded, r.Status));
        Assert.Equal([1, 2, 3, 4, 5], tier.Pipeline.Runs.SelectMany(run => run));
    }

    [Fact]
    public async Task Encode_WhileARunLasts_NoMoreIsReadThanTheNextRunTakes()
    {
        await using var tier = await StartHoldingAsync(("MaxBatchSize", "2"));
        var first = tier.Encode(1, cancellationToken: Cancel);
        await tier.Pipeline.NextRunAsync();
        var others = Enumerable.Range(2, 5).Select(i => tier.Encode(i, cancellationToken: Cancel)).ToArray();
        await tier.ReadyAsync(3);

        Assert.Equal(3, tier.Pipeline.Files.Count);
        Assert.Equal(3, tier.Queue.Length);
        tier.Pipeline.LetRuns(10);
        await Task.WhenAll([first, .. others]);
    }

    [Fact]
    public async Task Encode_ADelay_WaitsSoLongForMoreAndNoLonger()
    {
        var time = new SignallingTime();
        await using var tier = await EncoderFixture.StartAsync(
            time, ("MaxBatchSize", "3"), ("MaxQueueDelay", "00:00:01"));
        tier.Pipeline.Let(100);
        var first = tier.Encode(1, cancellationToken: Cancel);
        await time.NextTimerAsync();
        time.Advance(TimeSpan.FromSeconds(0.9));
        var second = tier.Encode(2, cancellationToken: Cancel);
        await time.NextTimerAsync();
        Assert.Empty(tier.Pipeline.Runs);

        time.Advance(TimeSpan.FromSeconds(0.1));

        await Task.WhenAll(first, second);
        Assert.Equal([1, 2], Assert.Single(tier.Pipeline.Runs));
    }

    [Fact]
    public async Task Encode_ADelayAndAFullBatch_DoesNotWait()
    {
        await using var tier = await EncoderFixture.StartAsync(
            new FakeTimeProvider(), ("MaxBatchSize", "2"), ("MaxQueueDelay", "00:00:01"));
        tier.Pipeline.Let(2);

        await Task.WhenAll(tier.Encode(1, cancellationToken: Cancel), tier.Encode(2, cancellationToken: Cancel));

        Assert.Equal(2, Assert.Single(tier.Pipeline.Runs).Length);
    }

    [Fact]
    public async Task Encode_InteractiveBehindBatch_OvertakesIt()
    {
        await using var tier = await EncoderFixture.StartAsync();
        var first = tier.Encode(1, cancellationToken: Cancel);
        await tier.Pipeline.NextAsync();
        var batch = tier.EncodeInBatchLane(2, Cancel);
        var interactive = tier.Encode(3, cancellationToken: Cancel);
        tier.Pipeline.Let(3);

        await Task.WhenAll(first, batch, interactive);

        Assert.Equal([1, 3, 2], tier.Pipeline.Files.Select(file => (int)file[1]));
    }

    [Fact]
    public async Task Encode_ABadImageAmongOthers_TheyAreOneRunWithoutIt()
    {
        await using var tier = await StartHoldingAsync(("MaxBatchSize", "3"));
        var first = tier.Encode(1, cancellationToken: Cancel);
        await tier.Pipeline.NextRunAsync();
        var bad = tier.Encode(2, FakePipeline.Damaged, Cancel);
        var good = tier.Encode(3, cancellationToken: Cancel);
        var other = tier.Encode(4, cancellationToken: Cancel);

        Assert.Equal(EncodeStatus.InvalidImage, (await bad).Status);
        await tier.ReadyAsync(3);
        tier.Pipeline.LetRuns(2);

        Assert.All(await Task.WhenAll(first, good, other), r => Assert.Equal(EncodeStatus.Encoded, r.Status));
        Assert.Equal([3, 4], tier.Pipeline.Runs.Last());
    }

    [Fact]
    public async Task Encode_OneOfARunIsGivenUp_TheOthersAreAnsweredAndItIsStored()
    {
        await using var tier = await StartHoldingAsync(("MaxBatchSize", "2"));
        using var givesUp = new CancellationTokenSource();
        var first = tier.Encode(1, cancellationToken: Cancel);
        await tier.Pipeline.NextRunAsync();
        var second = tier.Encode(2, cancellationToken: givesUp.Token);
        var third = tier.Encode(3, cancellationToken: Cancel);
        await tier.ReadyAsync(3);
        tier.Pipeline.LetRuns(1);
        Assert.Equal(2, await tier.Pipeline.NextRunAsync());

        await givesUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        var again = tier.Encode(2, cancellationToken: Cancel);
        tier.Pipeline.LetRuns(1);

        Assert.All(await Task.WhenAll(first, third, again), r => Assert.Equal(EncodeStatus.Encoded, r.Status));
        Assert.Equal([1, 2, 3], tier.Pipeline.Files.Select(file => (int)file[1]));
    }

    [Fact]
    public async Task Encode_GivenUpLongAgoAndReady_IsInNoRun()
    {
        var time = new FakeTimeProvider();
        await using var tier = await EncoderFixture.StartAsync(time);
        tier.Pipeline.HoldsRuns = true;
        tier.Pipeline.Let(100);
        using var givesUp = new CancellationTokenSource();
        var first = tier.Encode(1, cancellationToken: Cancel);
        await tier.Pipeline.NextRunAsync();
        var second = tier.Encode(2, cancellationToken: givesUp.Token);
        await tier.ReadyAsync(2);
        await givesUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        time.Advance(EncodeJob.Grace);

        var third = tier.Encode(3, cancellationToken: Cancel);
        tier.Pipeline.LetRuns(2);

        Assert.All(await Task.WhenAll(first, third), reply => Assert.Equal(EncodeStatus.Encoded, reply.Status));
        Assert.Equal([1, 3], tier.Pipeline.Runs.SelectMany(run => run));
    }

    /// <summary>A tier that reads at once and holds its runs.</summary>
    private static async Task<EncoderFixture> StartHoldingAsync(params (string, string)[] options)
    {
        var tier = await EncoderFixture.StartAsync(options);
        tier.Pipeline.HoldsRuns = true;
        tier.Pipeline.Let(100);
        return tier;
    }

    /// <summary>Tells when somebody begins to wait for a time once.</summary>
    private sealed class SignallingTime : FakeTimeProvider
    {
        private readonly Channel<bool> _timers = Channel.CreateUnbounded<bool>();

        public async Task NextTimerAsync() => await _timers.Reader.ReadAsync(Cancel);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (period == Timeout.InfiniteTimeSpan)
            {
                _timers.Writer.TryWrite(true);
            }

            return timer;
        }
    }
}
