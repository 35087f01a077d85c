using Segmentation.Embeddings;
using Segmentation.Tests.Shared;
using StackExchange.Redis;

namespace Segmentation.Encoder.Tests.Admission;

/// <summary>Two encoders with one Redis.</summary>
public sealed class SharedEncodingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Servers => [RedisServer.Redis, RedisServer.Garnet];

    [Theory, MemberData(nameof(Servers))]
    public async Task EncodeAsync_SameImageOnTwoEncoders_IsEncodedOnce(string program)
    {
        await using var server = await RedisServer.StartAsync(program, Cancel);
        await using var first = await EncoderFixture.StartWithRedisAsync(server.ConnectionString);
        await using var second = await EncoderFixture.StartWithRedisAsync(server.ConnectionString);
        var encoding = first.Encode(1, cancellationToken: Cancel);
        await first.Pipeline.NextAsync();

        var waiting = second.Encode(1, cancellationToken: Cancel);
        first.Pipeline.Let(1);

        Assert.True((await encoding).EncodeTime > TimeSpan.Zero);
        Assert.Equal((EncodeStatus.Encoded, TimeSpan.Zero), ((await waiting).Status, (await waiting).EncodeTime));
        Assert.Equal((await encoding).Info, (await waiting).Info);
        Assert.Empty(second.Pipeline.Files);
    }

    [Fact]
    public async Task EncodeAsync_HolderOfTheLeaseDied_TakesOver()
    {
        await using var server = await RedisServer.StartAsync(RedisServer.Any, Cancel);
        await using var direct = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        await direct.GetDatabase().StringSetAsync(
            $"segmentation:encoding:{EncoderFixture.Key(1)}", "dead", TimeSpan.FromMilliseconds(300));
        await using var survivor = await EncoderFixture.StartWithRedisAsync(server.ConnectionString);

        var encoding = survivor.Encode(1, cancellationToken: Cancel);
        await survivor.Pipeline.NextAsync();
        string? holder = await direct.GetDatabase().StringGetAsync(
            $"segmentation:encoding:{EncoderFixture.Key(1)}");
        Assert.NotEqual("dead", holder);
        survivor.Pipeline.Let(1);

        Assert.Equal(EncodeStatus.Encoded, (await encoding).Status);
    }

    [Fact]
    public async Task EncodeAsync_RedisAway_TheReplyCarriesTheEmbedding()
    {
        await using var server = await RedisServer.StartAsync(RedisServer.Any, Cancel);
        await using var tier = await EncoderFixture.StartWithRedisAsync(server.ConnectionString);
        await server.KillAsync();
        tier.Pipeline.Let(1);

        var reply = await tier.Encode(1, cancellationToken: Cancel);

        Assert.Equal(EncodeStatus.Encoded, reply.Status);
        Assert.Equal(reply.Info, reply.Embedding!.Info);
    }
}
