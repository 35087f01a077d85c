using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Segmentation.Common;
using Segmentation.Encoder.Configuration;
using Segmentation.Encoder.Queue;
using Segmentation.Sam.Images;
using Segmentation.Tests.Shared;

namespace Segmentation.Encoder.Tests.Queue;

/// <summary>Memory that reading takes.</summary>
public sealed class ReadBudgetTests
{
    private const long Limit = 100 << 20;

    private readonly ReadBudget _budget = new(Options.Create(new EncoderOptions { MaxReadBytes = Limit }));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Encode_TwoImagesThatDoNotFitTogether_AreReadOneAfterTheOther()
    {
        await using var tier = await EncoderFixture.StartAsync(
            ("PrepareWorkers", "2"), ("Workers", "4"), ("MaxReadBytes", $"{Limit}"));
        using var meters = new HeardMeters(tier.Meters);
        var large = Cost(Limit - 100);
        var first = tier.EncodeOf("a", 1, large);
        await tier.Pipeline.NextAsync();
        Assert.Equal(Limit - 100, meters["segmentation.encoder.read.reserved"]);

        // The second finds no room, and the third does not pass it.
        var second = tier.EncodeOf("b", 2, large);
        while (!tier.ReadBudget.IsAwaited)
        {
            await Task.Yield();
        }

        var third = tier.EncodeOf("c", 3, Cost(10));
        while (tier.Queue.Length != 1)
        {
            await Task.Yield();
        }

        Assert.Single(tier.Pipeline.Files);
        tier.Pipeline.Let(1);
        await first;
        Assert.Equal(2, (await tier.Pipeline.NextAsync())[1]);
        tier.Pipeline.Let(2);
        await Task.WhenAll(second, third);
        Assert.Equal(0, meters["segmentation.encoder.read.reserved"]);
    }

    [Fact]
    public void Take_MoreThanThereIs_GoesAlone()
    {
        using (_budget.Take(long.MaxValue, Lane.Interactive, Cancel))
        {
            Assert.Equal(Limit, _budget.Held);
            Assert.Null(_budget.TryTake(1));
        }

        Assert.Equal(0, _budget.Held);
    }

    [Fact]
    public async Task Take_NobodyWaitsAnyMore_StopsWaiting()
    {
        using var gone = new CancellationTokenSource();
        using var held = _budget.Take(Limit, Lane.Interactive, Cancel);
        var waiting = Task.Run(() => _budget.Take(1, Lane.Interactive, gone.Token), Cancel);

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        held.Dispose();
        using var again = _budget.TryTake(Limit);
        Assert.NotNull(again);
    }

    [Fact]
    public void Take_NoRoom_ReclaimsWhatIsHeldWithoutNeed()
    {
        var idle = _budget.Take(Limit, Lane.Interactive, Cancel);
        _budget.Reclaim = idle.Dispose;

        using var room = _budget.Take(1, Lane.Interactive, Cancel);

        Assert.Equal(1, _budget.Held);
    }

    [Fact]
    public async Task End_ARoomIsWaitedFor_ThePictureIsGivenUpAtOnce()
    {
        var pictures = new HeldPictures(_budget, new FakeTimeProvider());
        var order = new EncodeInput(EncoderFixture.Key(1), new byte[2], new(0, 0, 1, 1), Lane.Batch);
        var job = new EncodeJob(order, EncoderFixture.ModelOf(new("tiny", new string('a', 64), "v1")), Cost(Limit), 0);
        pictures.Begin(job);
        pictures.Set(job, new RgbImage(1, 1, new byte[3]), _budget.Take(Limit, Lane.Batch, Cancel));
        var waiting = Task.Run(() => _budget.Take(Limit, Lane.Interactive, Cancel), Cancel);
        SpinWait.SpinUntil(() => _budget.IsAwaited);
        Assert.True(pictures.IsHeld(job));

        pictures.End(job);

        using var room = await waiting;
        Assert.Equal(Limit, _budget.Held);
    }

    private static ReadCost Cost(long bytes) =>
        new("image/png", 1, TimeSpan.FromMilliseconds(2), bytes, bytes);
}
