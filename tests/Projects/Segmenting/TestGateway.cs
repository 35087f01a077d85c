using System.Collections.Concurrent;
using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Segmentation.Protocol.V1;

namespace Segmentation.Projects.Tests.Segmenting;

/// <summary>A gateway's gRPC port that notes who uploads what, and answers searches with one empty progress.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestGateway(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    public ConcurrentQueue<TestUpload> Uploads => _app.Services.GetRequiredService<ConcurrentQueue<TestUpload>>();

    public static async Task<TestGateway> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, port => port.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton<ConcurrentQueue<TestUpload>>();
        builder.Services.AddSingleton(new SemaphoreSlim(0));
        var app = builder.Build();
        app.MapGrpcService<Images>();
        app.MapGrpcService<Everything>();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new TestGateway(app);
    }

    /// <summary>Waits for so many uploads beyond those that were waited for before.</summary>
    public async Task WaitAsync(int uploads, CancellationToken cancellationToken)
    {
        for (var i = 0; i < uploads; i++)
        {
            await _app.Services.GetRequiredService<SemaphoreSlim>().WaitAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static string? Header(ServerCallContext context, string name) => context.RequestHeaders.GetValue(name);

    private sealed class Images(ConcurrentQueue<TestUpload> uploads, SemaphoreSlim arrived) : ImageService.ImageServiceBase
    {
        public override async Task<Image> UploadImage(
            IAsyncStreamReader<UploadImageRequest> requestStream, ServerCallContext context)
        {
            var (metadata, file) = (new UploadImageMetadata(), new MemoryStream());
            await foreach (var request in requestStream.ReadAllAsync())
            {
                metadata = request.Metadata ?? metadata;
                request.Chunk?.WriteTo(file);
            }

            uploads.Enqueue(new TestUpload(
                Header(context, "x-segmentation-tenant"),
                Header(context, "authorization"),
                metadata.Model,
                metadata.Id,
                file.ToArray()));
            arrived.Release();
            return new Image { Id = metadata.Id };
        }
    }

    private sealed class Everything(ConcurrentQueue<TestUpload> uploads) : SegmentationService.SegmentationServiceBase
    {
        public override async Task SegmentEverything(
            SegmentEverythingRequest request,
            IServerStreamWriter<SegmentEverythingResponse> responseStream,
            ServerCallContext context)
        {
            uploads.Enqueue(new TestUpload(
                Header(context, "x-segmentation-tenant"),
                Header(context, "authorization"),
                request.Model,
                "",
                request.ImageData.ToByteArray()));
            await responseStream.WriteAsync(new SegmentEverythingResponse());
        }
    }
}
