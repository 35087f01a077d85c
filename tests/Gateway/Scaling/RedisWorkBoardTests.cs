using Segmentation.Protocol.ExternalScaling;
using Segmentation.Tests.Shared;
using StackExchange.Redis;

namespace Segmentation.Gateway.Tests.Scaling;

/// <summary>Several gateways that share their work by a real server.</summary>
public sealed class RedisWorkBoardTests
{
    private readonly int[] _ports = [Repository.FreePort()];

    public static TheoryData<string> Servers => [RedisServer.Redis, RedisServer.Garnet];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Servers))]
    public async Task StreamIsActive_AnUploadWaitsAtAnotherGateway_SaysSoUntilThatGatewayEnds(string program)
    {
        await using var redis = await RedisServer.StartAsync(program, Cancel);
        (string, string)[] options = [("Redis:Cluster", redis.ConnectionString)];
        var other = await ScalingHost.StartAsync(_ports, null, options);
        await using var host = await ScalingHost.StartAsync(_ports, null, options);
        using var stream = host.Scaling.StreamIsActive(new ScaledObjectRef(), cancellationToken: Cancel);
        Assert.True(await stream.ResponseStream.MoveNext(Cancel));
        Assert.False(stream.ResponseStream.Current.Result);
        using var givesUp = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var upload = other.Images.UploadImage(cancellationToken: givesUp.Token);

        await ScalingHost.SendAsync(upload, 1);
        await upload.ResponseHeadersAsync;
        Assert.True(await stream.ResponseStream.MoveNext(Cancel).WaitAsync(Patience.Longest, Cancel));
        Assert.True(stream.ResponseStream.Current.Result);
        var request = new GetMetricsRequest { ScaledObjectRef = new(), MetricName = "encoder-work-seconds" };
        var work = await host.Scaling.GetMetricsAsync(request, cancellationToken: Cancel);
        Assert.Equal(1, work.MetricValues.Single().MetricValueFloat);

        await givesUp.CancelAsync();
        await other.DisposeAsync();
        Assert.True(await stream.ResponseStream.MoveNext(Cancel));
        Assert.False(stream.ResponseStream.Current.Result);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        Assert.InRange(
            (await connection.GetDatabase().SetMembersAsync("segmentation-scaling:{segmentation}:gateways")).Length, 0, 1);
    }
}
