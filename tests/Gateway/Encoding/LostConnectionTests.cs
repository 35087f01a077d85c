using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;
using Microsoft.Extensions.DependencyInjection;
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
}
