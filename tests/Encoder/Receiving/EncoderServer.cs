using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Segmentation.Embeddings;
using Segmentation.Embeddings.Hosting;
using Segmentation.Encoder.Hosting;
using Segmentation.Encoder.Pipeline;
using Segmentation.Encoder.Receiving;
using Segmentation.Protocol.Encoder.V1;
using Segmentation.ServiceDefaults.Hosting;

namespace Segmentation.Encoder.Tests.Receiving;

/// <summary>The encoder process' gRPC service on a real port, on a pipeline that tests hold still.</summary>
internal sealed class EncoderServer : IAsyncDisposable
{
    private static readonly ModelIdentity _model = new("tiny", new string('a', 64), "v1");
    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;

    private EncoderServer(WebApplication app)
    {
        _app = app;
        _channel = GrpcChannel.ForAddress(app.Services.GetRequiredService<HostAddresses>().Grpc);
        Client = new EncoderService.EncoderServiceClient(_channel);
    }

    public EncoderService.EncoderServiceClient Client { get; }

    public Uri Address => _app.Services.GetRequiredService<HostAddresses>().Grpc;

    public FakePipeline Pipeline => (FakePipeline)_app.Services.GetRequiredService<OpenModels>().All[0].Pipeline;

    public ReceiveBudget Received => _app.Services.GetRequiredService<ReceiveBudget>();

    public static async Task<EncoderServer> StartAsync(params (string Name, string Value)[] options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["Segmentation:Endpoints:GrpcPort"] = "0";
        builder.Configuration["Segmentation:Endpoints:HttpPort"] = "0";
        builder.Configuration["Segmentation:Encoder:PrepareWorkers"] = "1";
        foreach (var (name, value) in options)
        {
            builder.Configuration[$"Segmentation:Encoder:{name}"] = value;
        }

        builder.Services.AddEmbeddings(builder.Configuration);
        builder.Services.AddSingleton(_ => new OpenModels(EncoderFixture.ModelOf(_model))).AddEncoder();
        var app = builder.AddEncoderHost().Build().MapEncoder();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new EncoderServer(app);
    }

    /// <summary>What is right to announce about a file.</summary>
    public static EncodeHeader Header(byte[] file) => new()
    {
        Tenant = "default",
        ImageSha256 = Convert.ToHexStringLower(SHA256.HashData(file)),
        ModelDigest = _model.Digest,
        Preprocessing = _model.Preprocessing,
        SizeBytes = (ulong)file.Length,
    };

    /// <summary>Sends messages and waits for the answer.</summary>
    public Task<EncodeResponse> SendAsync(params EncodeRequest[] messages) => SendAsync(Client, messages);

    public Task<EncodeResponse> EncodeAsync(byte[] file) => SendAsync(Client, RequestsOf(file));

    /// <summary>Sends a file over a channel of the caller's own.</summary>
    public static Task<EncodeResponse> EncodeAsync(GrpcChannel channel, byte[] file) =>
        SendAsync(new EncoderService.EncoderServiceClient(channel), RequestsOf(file));

    private static EncodeRequest[] RequestsOf(byte[] file) =>
        [new() { Header = Header(file) }, new() { Chunk = ByteString.CopyFrom(file) }];

    private static async Task<EncodeResponse> SendAsync(
        EncoderService.EncoderServiceClient client, EncodeRequest[] messages)
    {
        using var call = client.Encode(cancellationToken: TestContext.Current.CancellationToken);
        try
        {
            foreach (var message in messages)
            {
                await call.RequestStream.WriteAsync(message, TestContext.Current.CancellationToken);
            }

            await call.RequestStream.CompleteAsync();
        }
        catch (Exception error) when (error is RpcException or InvalidOperationException)
        {
            // Answered before everything was sent; the answer is below.
        }

        return await call;
    }

    public async ValueTask DisposeAsync()
    {
        Pipeline.Let(100);
        _channel.Dispose();
        await _app.DisposeAsync();
    }
}
