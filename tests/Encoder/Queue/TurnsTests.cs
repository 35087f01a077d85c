using Segmentation.Embeddings;
using Segmentation.Sam.Images;

namespace Segmentation.Encoder.Tests.Queue;

/// <summary>Tenants beside each other in the queue.</summary>
public sealed class TurnsTests
{
    private static readonly ReadCost _dear = new("image/webp whole", 25_000_000, TimeSpan.FromSeconds(40), 1, 1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Encode_BehindManyDearOnesOfAnotherTenant_IsNext()
    {
        await using var tier = await EncoderFixture.StartAsync(("MaxWait", "1.00:00:00"));
        var dear = Enumerable.Range(1, 24).Select(i => tier.EncodeOf("hostile", i, _dear)).ToArray();
        await tier.Pipeline.NextAsync();

        var upload = tier.Encode(100, cancellationToken: Cancel);
        tier.Pipeline.Let(30);

        await Task.WhenAll([upload, .. dear]);
        Assert.Equal([1, 100, 2], tier.Pipeline.Files.Select(file => (int)file[1]).Take(3));
    }

    [Fact]
    public async Task Encode_CheapBehindDearOfTheSameTenant_PassesIt()
    {
        await using var tier = await EncoderFixture.StartAsync(("MaxWait", "1.00:00:00"));
        var blocker = tier.Encode(1, cancellationToken: Cancel);
        await tier.Pipeline.NextAsync();
        var dear = tier.EncodeOf("default", 2, _dear);
        var cheap = tier.Encode(3, cancellationToken: Cancel);
        tier.Pipeline.Let(3);

        await Task.WhenAll(blocker, dear, cheap);

        Assert.Equal([1, 3, 2], tier.Pipeline.Files.Select(file => (int)file[1]));
    }

    [Fact]
    public async Task Encode_QueueFullOfAnotherTenant_TakesThePlaceOfItsNewest()
    {
        await using var tier = await EncoderFixture.StartAsync(("MaxQueueLength", "3"));
        var blocker = tier.EncodeOf("many", 1);
        await tier.Pipeline.NextAsync();
        Task<EncodeReply>[] waiting = [.. Enumerable.Range(2, 3).Select(i => tier.EncodeOf("many", i))];

        var upload = tier.Encode(9, cancellationToken: Cancel);

        var givenUp = await waiting[2];
        Assert.Equal(EncodeStatus.Overloaded, givenUp.Status);
        Assert.True(givenUp.RetryAfter > TimeSpan.Zero);
        tier.Pipeline.Let(4);
        Assert.All(
            await Task.WhenAll(blocker, waiting[0], waiting[1], upload),
            reply => Assert.Equal(EncodeStatus.Encoded, reply.Status));
    }

    [Fact]
    public async Task Encode_QueueFullOfBatchWork_APersonTakesThePlaceOfTheNewest()
    {
        await using var tier = await EncoderFixture.StartAsync(("MaxQueueLength", "1"));
        var blocker = tier.Encode(1, cancellationToken: Cancel);
        await tier.Pipeline.NextAsync();
        var batch = tier.EncodeInBatchLane(2, Cancel);

        var upload = tier.Encode(3, cancellationToken: Cancel);

        Assert.Equal(EncodeStatus.Overloaded, (await batch).Status);
        tier.Pipeline.Let(2);
        Assert.All(await Task.WhenAll(blocker, upload), reply => Assert.Equal(EncodeStatus.Encoded, reply.Status));
    }

    [Fact]
    public async Task Encode_WouldWaitTooLong_IsRefusedWithTheTimeAndOthersAreNot()
    {
        // Two hours of one tenant's work are in front of its third image, and nothing in front of another tenant's.
        var hour = _dear with { Time = TimeSpan.FromHours(1) };
        await using var tier = await EncoderFixture.StartAsync(("MaxWait", "00:01:00"));
        var blocker = tier.EncodeOf("many", 1);
        await tier.Pipeline.NextAsync();
        var first = tier.EncodeOf("many", 2, hour);

        var refused = await tier.EncodeOf("many", 3, hour);
        var other = tier.Encode(4, cancellationToken: Cancel);

        Assert.Equal(EncodeStatus.Overloaded, refused.Status);
        Assert.InRange(refused.RetryAfter, TimeSpan.FromHours(1), TimeSpan.FromHours(3));
        tier.Pipeline.Let(3);
        Assert.All(await Task.WhenAll(blocker, first, other), r => Assert.Equal(EncodeStatus.Encoded, r.Status));
    }
}
