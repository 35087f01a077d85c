using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Segmentation.Gateway.Encoding;
using Segmentation.Protocol.Encoder.V1;
using Segmentation.Tests.Shared;

namespace Segmentation.Gateway.Tests.Encoding;

public sealed class LostConnectionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Encoder_DiesBeforeItsConnectionIsUsed_IsOutOfReach()
    {
        // Connections wait here: nobody accepts them, and they end with the listener.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = $"http://{listener.LocalEndpoint}";
        var (reach, models) = (new EncoderAvailability(TimeProvider.System), new EncoderModels());
        await using var services = new ServiceCollection()
            .AddSingleton<LoadBalancerFactory>(new LeastLoadedBalancer.Factory(reach, models, TimeProvider.System))
            .BuildServiceProvider();
        using var channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            Credentials = ChannelCredentials.Insecure,
            ServiceProvider = services,
            ServiceConfig = new ServiceConfig { LoadBalancingConfigs = { new LeastLoadedBalancer.Config() } },
        });
        await channel.ConnectAsync(Cancel);
        Assert.Equal(1, reach.Count);
        listener.Stop();

        var question = EncoderHeaders.To(Assert.Single(models.All));
        var refused = await Assert.ThrowsAsync<RpcException>(() => new EncoderService.EncoderServiceClient(channel)
            .ListModelsAsync(new ListModelsRequest(), question, cancellationToken: Cancel).ResponseAsync);

        Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
        while (channel.State != ConnectivityState.TransientFailure)
        {
            await channel.WaitForStateChangedAsync(channel.State, Cancel).WaitAsync(Patience.Longest, Cancel);
        }

        Assert.Equal(0, reach.Count);
    }

    [Fact]
    public async Task Encoder_WhoseNextAttemptTheClientDrops_IsInReachWhenItAnswers()
    {
        // Two connections fill the queue: nobody accepts them, and the system answers no others.
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        using var first = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var second = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await first.ConnectAsync(listener.LocalEndPoint!, Cancel);
        await second.ConnectAsync(listener.LocalEndPoint!, Cancel);
        var clock = new FakeTimeProvider();
        var reach = new EncoderAvailability(clock);
        using var attempt = new DroppedAttempt(new LeastLoadedBalancer.Factory(reach, new EncoderModels(), clock));
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(attempt).SetMinimumLevel(LogLevel.Trace));
        await using var services = new ServiceCollection()
            .AddSingleton<LoadBalancerFactory>(attempt).BuildServiceProvider();
        using var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(0.2) };
        using var channel = GrpcChannel.ForAddress($"http://{listener.LocalEndPoint}", new GrpcChannelOptions
        {
            Credentials = ChannelCredentials.Insecure,
            HttpHandler = handler,
            LoggerFactory = loggers,
            ServiceProvider = services,
            ServiceConfig = new ServiceConfig { LoadBalancingConfigs = { new LeastLoadedBalancer.Config() } },
        });
        var connected = channel.ConnectAsync(Cancel);
        await attempt.Happened.WaitAsync(Patience.Longest, Cancel);
        listener.Listen(10);

        clock.Advance(ConnectionWatch.Longest + TimeSpan.FromSeconds(1));

        await connected.WaitAsync(Patience.Longest, Cancel);
        Assert.Equal(1, reach.Count);
    }
}
