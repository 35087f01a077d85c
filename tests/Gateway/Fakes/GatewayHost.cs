using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Segmentation.Embeddings;
using Segmentation.Gateway.Hosting;
using Segmentation.Gateway.Projects;
using Segmentation.Gateway.Web;
using Segmentation.Models;
using Segmentation.Protocol.V1;
using Segmentation.ServiceDefaults.Hosting;

namespace Segmentation.Gateway.Tests.Fakes;

/// <summary>A gateway on real ports with a real client; encoder, store and grains are fakes.</summary>
internal sealed class GatewayHost : IAsyncDisposable
{
    /// <summary>The model that comes with the project, which is served unless a test adds others.</summary>
    public static readonly ModelPackage Package = ModelCatalog.Default.Open();

    public static readonly ModelIdentity Model = new(Package.Id, Package.Digest, Package.PreprocessingVersion);

    private readonly GrpcChannel _channel;

    private GatewayHost(WebApplication app, FakeStore store, FakeEncoder encoder, FakeGrain grain, CollectedLogs logs)
    {
        (App, Store, Encoder, Grain, Logs) = (app, store, encoder, grain, logs);
        Addresses = app.Services.GetRequiredService<HostAddresses>();
        _channel = GrpcChannel.ForAddress(
            Addresses.Grpc, new GrpcChannelOptions { MaxReceiveMessageSize = null, MaxSendMessageSize = null });
        Images = new ImageService.ImageServiceClient(_channel);
        Models = new ModelService.ModelServiceClient(_channel);
        Segmentation = new SegmentationService.SegmentationServiceClient(_channel);
    }

    public WebApplication App { get; }

    public FakeStore Store { get; }

    public FakeEncoder Encoder { get; }

    public FakeGrain Grain { get; }

    public CollectedLogs Logs { get; }

    public HostAddresses Addresses { get; }

    public ChannelBase Channel => _channel;

    public ImageService.ImageServiceClient Images { get; }

    public ModelService.ModelServiceClient Models { get; }

    public SegmentationService.SegmentationServiceClient Segmentation { get; }

    /// <summary>Set by a test that provokes an error on purpose.</summary>
    public bool ErrorsExpected { get; set; }

    /// <summary>
    /// Errors in the log, but for requests that were open when the host, which is not stopped before, lost its services.
    /// </summary>
    private IEnumerable<string> Errors => Logs.Errors.Where(
        line => !line.Contains($"Object name: '{nameof(IServiceProvider)}'", StringComparison.Ordinal));

    public static Task<GatewayHost> StartAsync(
        Action<IServiceCollection>? configure = null, params (string Key, string Value)[] options) =>
        StartAsync(configure, _ => { }, options);

    /// <summary>Starts a gateway with routes of a test's own.</summary>
    public static Task<GatewayHost> StartWithAsync(Action<WebApplication> map) => StartAsync(null, map, []);

    private static async Task<GatewayHost> StartAsync(
        Action<IServiceCollection>? configure, Action<WebApplication> map, (string Key, string Value)[] options)
    {
        var (store, grain, logs) = (new FakeStore(), new FakeGrain(), new CollectedLogs());
        var encoder = new FakeEncoder(store);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["Segmentation:Endpoints:GrpcPort"] = "0";
        builder.Configuration["Segmentation:Endpoints:HttpPort"] = "0";
        foreach (var (key, value) in options)
        {
            builder.Configuration[key] = value;
        }

        builder.Logging.ClearProviders().AddProvider(logs);
        builder.Services
            .AddSingleton<IEmbeddingStore>(store)
            .AddSingleton<IImageEncoder>(encoder)
            .AddSingleton(new ServedModels(Package))
            .AddSingleton(new StudioFolder("none"))
            .AddSingleton<IGrainFactory>(FakeGrainFactory.Create(grain));
        configure?.Invoke(builder.Services);
        builder.Services.AddForwardedProjects();
        var host = builder.AddGateway().Build().MapGateway().MapForwardedProjects();
        map(host);
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new GatewayHost(host, store, encoder, grain, logs);
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await App.DisposeAsync();
        if (!ErrorsExpected)
        {
            Assert.True(!Errors.Any(), string.Join("\n", Errors));
        }
    }
}
