using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Segmentation.Embeddings;
using Segmentation.Gateway.Encoding;
using Segmentation.Gateway.Hosting;
using Segmentation.Gateway.Scaling;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Gateway.Web;
using Segmentation.Models;
using Segmentation.Protocol.ExternalScaling;
using Segmentation.Protocol.V1;
using Segmentation.ServiceDefaults.Hosting;

namespace Segmentation.Gateway.Tests.Scaling;

/// <summary>A gateway on real ports, with a scaler's port, whose encoders are reached by gRPC.</summary>
internal sealed class ScalingHost : IAsyncDisposable
{
    private readonly GrpcChannel _public;

    private ScalingHost(WebApplication app, CollectedLogs logs)
    {
        (App, Logs) = (app, logs);
        var addresses = app.Services.GetRequiredService<HostAddresses>();
        _public = GrpcChannel.ForAddress(addresses.Grpc);
        Scaler = GrpcChannel.ForAddress(addresses.Scaler!);
        Images = new ImageService.ImageServiceClient(_public);
        Scaling = new ExternalScaler.ExternalScalerClient(Scaler);
    }

    public WebApplication App { get; }

    public CollectedLogs Logs { get; }

    public GrpcChannel Public => _public;

    /// <summary>The scaler's port.</summary>
    public GrpcChannel Scaler { get; }

    public ImageService.ImageServiceClient Images { get; }

    public ExternalScaler.ExternalScalerClient Scaling { get; }

    /// <param name="encoders">Ports of encoders on this machine.</param>
    /// <param name="board">Shares the work between gateways; null for the Redis that the options name.</param>
    /// <param name="options">Options, without the leading <c>Segmentation:</c>.</param>
    public static async Task<ScalingHost> StartAsync(
        IEnumerable<int> encoders, IWorkBoard? board, params (string Key, string Value)[] options)
    {
        var (store, logs) = (new FakeStore(), new CollectedLogs());
        var builder = WebApplication.CreateSlimBuilder();
        (string Key, string Value)[] all =
        [
            ("Endpoints:GrpcPort", "0"), ("Endpoints:HttpPort", "0"), ("Scaling:Port", "0"),
            ("Encoders:Address", string.Join(',', encoders.Select(port => $"http://127.0.0.1:{port}"))),
            ("Encoders:StartTimeout", "00:01:00"),
            .. options,
        ];
        foreach (var (key, value) in all)
        {
            builder.Configuration[$"Segmentation:{key}"] = value;
        }

        builder.Logging.ClearProviders().AddProvider(logs);
        builder.AddScaling().AddGateway();
        var model = ModelCatalog.Default.Open();
        builder.Services
            .AddSingleton<IEmbeddingStore>(store)
            .AddSingleton(new ModelIdentity(model.Id, model.Digest, model.PreprocessingVersion))
            .AddSingleton(model)
            .AddSingleton(new ServedModels(model))
            .AddSingleton(new StudioFolder("none"))
            .AddSingleton<IGrainFactory>(FakeGrainFactory.Create(new FakeGrain()))
            .AddGrpcImageEncoder();
        if (board is not null)
        {
            builder.Services.AddSingleton(board);
        }

        var app = builder.Build().MapGateway();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new ScalingHost(app, logs);
    }

    /// <summary>Uploads a file that no other is like.</summary>
    public async Task<Image> UploadAsync(int seed)
    {
        using var upload = Images.UploadImage(cancellationToken: TestContext.Current.CancellationToken);
        await SendAsync(upload, seed);
        return await upload;
    }

    /// <summary>Sends the whole of a file that no other is like.</summary>
    public static async Task SendAsync(
        global::Grpc.Core.AsyncClientStreamingCall<UploadImageRequest, Image> upload, int seed)
    {
        var file = Google.Protobuf.ByteString.CopyFrom(BitConverter.GetBytes(seed));
        await upload.RequestStream.WriteAsync(new() { Chunk = file }, TestContext.Current.CancellationToken);
        await upload.RequestStream.CompleteAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _public.Dispose();
        Scaler.Dispose();
        await App.DisposeAsync();
        Assert.True(!Logs.Errors.Any(), string.Join("\n", Logs.Errors));
    }
}
