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

    public TestUploads Uploads => _app.Services.GetRequiredService<TestUploads>();

    public static async Task<TestGateway> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, port => port.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton<TestUploads>();
        var app = builder.Build();
        app.MapGrpcService<Images>();
        app.MapGrpcService<Everything>();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new TestGateway(app);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static string? Header(ServerCallContext context, string name) => context.RequestHeaders.GetValue(name);

    private sealed class Images(TestUploads uploads) : ImageService.ImageServiceBase
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

            uploads.Add(new TestUpload(
                Header(context, "x-segmentation-tenant"),
                Header(context, "authorization"),
                metadata.Model,
                metadata.Id,
                file.ToArray()));
            return new Image { Id = metadata.Id };
        }
    }

    private sealed class Everything(TestUploads uploads) : SegmentationService.SegmentationServiceBase
    {
        public override async Task SegmentEverything(
            SegmentEverythingRequest request,
            IServerStreamWriter<SegmentEverythingResponse> responseStream,
            ServerCallContext context)
        {
            uploads.Add(new TestUpload(
                Header(context, "x-segmentation-tenant"),
                Header(context, "authorization"),
                request.Model,
                "",
                request.ImageData.ToByteArray()));
            await responseStream.WriteAsync(new SegmentEverythingResponse());
        }
    }
}
