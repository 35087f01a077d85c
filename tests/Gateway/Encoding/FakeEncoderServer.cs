using System.Net;
using System.Threading.Channels;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Segmentation.Protocol.Encoder.V1;

namespace Segmentation.Gateway.Tests.Encoding;

/// <summary>An encoder over real connections that answers, refuses or dies in the middle as a test says.</summary>
internal sealed class FakeEncoderServer : EncoderService.EncoderServiceBase, IAsyncDisposable
{
    private readonly Channel<byte[]> _received = Channel.CreateUnbounded<byte[]>();
    private WebApplication? _app;
    private int _count;

    /// <summary>What becomes of an image once all of it is here.</summary>
    public Func<ServerCallContext, Task<EncodeResponse>> Answer { get; set; } = _ => Task.FromResult(Encoded());

    /// <summary>Models that it says it serves; null: it cannot say, as an encoder of an earlier version.</summary>
    public string[]? Models { get; set; }

    /// <summary>Images received.</summary>
    public int Count => Volatile.Read(ref _count);

    public string Address { get; private set; } = "";

    public static EncodeResponse Encoded() => new()
    {
        Width = 6, Height = 4, SizeBytes = 3, MediaType = "image/png", EncodeDuration = new Duration { Seconds = 1 },
    };

    /// <param name="port">0: the system chooses.</param>
    /// <param name="address">Null: 127.0.0.1.</param>
    public static async Task<FakeEncoderServer> StartAsync(int port = 0, IPAddress? address = null)
    {
        var server = new FakeEncoderServer();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(
            options => options.Listen(
                address ?? IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(server);
        server._app = builder.Build();
        server._app.MapGrpcService<FakeEncoderServer>();
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        server.Address = server._app.Urls.Single();
        return server;
    }

    /// <summary>Ends the call's connection as a process does that is killed.</summary>
    public static Task<EncodeResponse> Die(ServerCallContext context)
    {
        context.GetHttpContext().Features.Get<IConnectionLifetimeFeature>()!.Abort();
        return Task.FromException<EncodeResponse>(new RpcException(new global::Grpc.Core.Status(StatusCode.Unknown, "Dead.")));
    }

    /// <summary>Ends the call's stream as a server, or a proxy before it, does that gives a call up.</summary>
    /// <param name="errorCode">HTTP/2's number.</param>
    public static Func<ServerCallContext, Task<EncodeResponse>> Reset(int errorCode) => context =>
    {
        context.GetHttpContext().Features.Get<IHttpResetFeature>()!.Reset(errorCode);
        return Task.FromException<EncodeResponse>(new RpcException(new global::Grpc.Core.Status(StatusCode.Unknown, "Reset.")));
    };

    /// <summary>Stops as a process does that was told to end: takes nothing new, and finishes what it has.</summary>
    public Task DrainAsync() => _app!.StopAsync(CancellationToken.None);

    /// <summary>Waits for the next image.</summary>
    public async Task<byte[]> NextAsync() => await _received.Reader.ReadAsync(TestContext.Current.CancellationToken);

    /// <summary>Waits until so many images have come.</summary>
    public async Task ReceivedAsync(int count)
    {
        for (var next = _received.Reader; Count < count;)
        {
            await next.ReadAsync(TestContext.Current.CancellationToken);
        }
    }

    public override async Task<EncodeResponse> Encode(
        IAsyncStreamReader<EncodeRequest> requestStream, ServerCallContext context)
    {
        using var file = new MemoryStream();
        await foreach (var message in requestStream.ReadAllAsync(context.CancellationToken))
        {
            message.Chunk.WriteTo(file);
        }

        Interlocked.Increment(ref _count);
        Assert.True(_received.Writer.TryWrite(file.ToArray()));
        return await Answer(context);
    }

    public override Task<ListModelsResponse> ListModels(ListModelsRequest request, ServerCallContext context) =>
        Models is { } models
            ? Task.FromResult(new ListModelsResponse
            {
                Models = { models.Select(digest => new EncoderModel { Digest = digest, Preprocessing = "v1" }) },
            })
            : base.ListModels(request, context);

    public async ValueTask DisposeAsync() => await _app!.DisposeAsync();
}
