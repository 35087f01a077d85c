using System.Net;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Protocol.V1;
using Segmentation.ServiceDefaults.Hosting;

namespace Segmentation.Gateway.Tests.Hosting;

/// <summary>A gateway whose ports are open while it still waits for silos.</summary>
public sealed class StartingTests
{
    [Fact]
    public async Task Start_NoSiloFoundYet_LivesAndAnswersUnavailable()
    {
        await using var host = await GatewayHost.StartAsync(
            services => services.AddSingleton<IHostedService, AsksWhileStarting>());

        var asked = host.App.Services.GetServices<IHostedService>().OfType<AsksWhileStarting>().Single();
        Assert.Equal(HttpStatusCode.OK, asked.Live);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, asked.Grpc);
        Assert.Equal("DECODER_UNAVAILABLE", asked.Refusal!.Reason());
        Assert.Equal(0, host.Store.InfoReads);
        var image = await host.UploadAsync(Requests.File);
        Assert.NotEmpty(image.Id);
    }

    /// <summary>Asks after the server has begun to listen and before the host has started.</summary>
    private sealed class AsksWhileStarting(HostAddresses addresses) : IHostedLifecycleService
    {
        public HttpStatusCode Live { get; private set; }

        public HealthCheckResponse.Types.ServingStatus Grpc { get; private set; }

        public RpcStatus? Refusal { get; private set; }

        public async Task StartedAsync(CancellationToken cancellationToken)
        {
            using var http = new HttpClient();
            using var live = await http.GetAsync(new Uri(addresses.Http, "/healthz"), cancellationToken);
            Live = live.StatusCode;
            using var channel = GrpcChannel.ForAddress(addresses.Grpc);
            var health = await new Health.HealthClient(channel).CheckAsync(
                new HealthCheckRequest(), cancellationToken: cancellationToken);
            Grpc = health.Status;
            Refusal = await Requests.FailsAsync(StatusCode.Unavailable, async () =>
                await new ImageService.ImageServiceClient(channel).GetImageAsync(
                    new GetImageRequest { Id = Requests.IdOf(Requests.File) }, cancellationToken: cancellationToken));
        }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
