using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Web;
using Segmentation.Gateway.Tests.Everything;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Gateway.Tests.WebSockets;
using Segmentation.Protocol.V1;
using TextEncoding = System.Text.Encoding;

namespace Segmentation.Gateway.Tests.Access;

/// <summary>Calls under way whose API key is revoked.</summary>
public sealed class RevokedKeyTests : IAsyncLifetime
{
    private readonly WatchedGateway _gateway = new();
    private string _key = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private GatewayHost Host => _gateway.Host;

    public async ValueTask InitializeAsync()
    {
        _key = await _gateway.Keys.AddAsync("anna");
        await _gateway.StartAsync();
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task Session_OverGrpc_EndsAtTheNextLookAndCancelsItsDecodes()
    {
        var gate = new DecodeGate(Host.Grain);
        using var stream = Host.Segmentation.SegmentStream(WatchedGateway.With(_key), cancellationToken: Cancel);
        await stream.RequestStream.WriteAsync(Open(), Cancel);
        await stream.RequestStream.WriteAsync(new() { Prompt = Streaming.ScriptedClient.Click(1) }, Cancel);
        var held = await gate.NextAsync();
        Assert.True(await stream.ResponseStream.MoveNext(Cancel));

        await RevokeAsync();

        var status = await Requests.FailsAsync(
            StatusCode.Unauthenticated, () => stream.ResponseStream.MoveNext(Cancel));
        await held.Cancelled.Task.WaitAsync(Cancel);
        Assert.Equal("API_KEY_REVOKED", status.Reason());
        Assert.Contains(
            "SegmentStream: API_KEY_REVOKED; tenant anna",
            Assert.Single(_gateway.Audited("stream.end")),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_OverAWebSocket_ClosesWithTheReason()
    {
        using var client = await WebSocketClient.ConnectAsync(
            Host, options => options.SetRequestHeader("x-api-key", _key));
        await client.OpenAsync();
        Assert.NotNull((await client.NextAsync()).Opened);

        await RevokeAsync();

        Assert.Equal((4016, "The API key was revoked. Ask for a new one."), await client.ClosedAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Search_UnderWay_EndsAndIsCancelledOnTheSilos(bool isWeb)
    {
        var held = new HeldSearches(Host.Grain);
        using var channel = GrpcChannel.ForAddress(
            Host.Addresses.Http,
            new GrpcChannelOptions
            {
                HttpHandler = new GrpcWebHandler(GrpcWebMode.GrpcWeb, new HttpClientHandler()),
                HttpVersion = new Version(1, 1),
            });
        var client = isWeb ? new SegmentationService.SegmentationServiceClient(channel) : Host.Segmentation;
        using var call = client.SegmentEverything(
            Searching.Request(), WatchedGateway.With(_key), cancellationToken: Cancel);
        await held.ArriveAsync(1);

        await RevokeAsync();

        var status = await Requests.FailsAsync(
            StatusCode.Unauthenticated, () => call.ResponseStream.ReadAllAsync(Cancel).ToListAsync(Cancel).AsTask());
        await held.AreCancelledAsync(1);
        Assert.Equal("API_KEY_REVOKED", status.Reason());
    }

    [Fact]
    public async Task Search_ThatOthersJoined_GoesOnForThem()
    {
        var other = await _gateway.Keys.AddAsync("anna");
        _gateway.Clock.Advance(TimeSpan.FromSeconds(1));
        var held = new HeldSearches(Host.Grain);
        using var revoked = Host.Segmentation.SegmentEverything(
            Searching.Request(), WatchedGateway.With(_key), cancellationToken: Cancel);
        await held.ArriveAsync(1);
        using var joined = Host.Segmentation.SegmentEverything(
            Searching.Request(), WatchedGateway.With(other), cancellationToken: Cancel);
        Assert.True(await joined.ResponseStream.MoveNext(Cancel));

        await RevokeAsync();
        await Requests.FailsAsync(
            StatusCode.Unauthenticated, () => revoked.ResponseStream.ReadAllAsync(Cancel).ToListAsync(Cancel).AsTask());
        held.LetAll();

        var responses = await joined.ResponseStream.ReadAllAsync(Cancel).ToListAsync(Cancel);
        Assert.NotNull(responses[^1].Finished);
        Assert.Equal(Searching.Expected(Searching.Options), responses.Masks());
    }

    [Fact]
    public async Task Upload_OverGrpc_EndsWhileItsBytesCome()
    {
        using var call = Host.Images.UploadImage(WatchedGateway.With(_key), cancellationToken: Cancel);
        await call.RequestStream.WriteAsync(new() { Chunk = ByteString.CopyFrom(1) }, Cancel);
        await UntilAsync(() => _gateway.Watched == 1);

        await RevokeAsync();

        var status = await Requests.FailsAsync(StatusCode.Unauthenticated, () => call.ResponseAsync);
        Assert.Equal("API_KEY_REVOKED", status.Reason());
        Assert.Empty(Host.Encoder.Encoded);
    }

    [Fact]
    public async Task Upload_OverRest_EndsWhileItsBytesCome()
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, Host.Addresses.Http.Port, Cancel);
        var line = tcp.GetStream();
        await line.WriteAsync(
            TextEncoding.ASCII.GetBytes(
                $"POST /v1/images HTTP/1.1\r\nHost: localhost\r\nx-api-key: {_key}\r\nContent-Length: 100\r\n\r\nhalf"),
            Cancel);
        await UntilAsync(() => _gateway.Watched == 1);

        await RevokeAsync();

        var answer = new byte[12];
        await line.ReadExactlyAsync(answer, Cancel);
        Assert.Equal("HTTP/1.1 401", TextEncoding.ASCII.GetString(answer));
    }

    [Fact]
    public async Task Streams_OfAKeyThatIsExchanged_GoOnUnderTheNewOneAndEndUnderTheOld()
    {
        using var old = await SessionAsync(_key);
        var other = await _gateway.Keys.RotateAsync(_key, _gateway.Clock.GetUtcNow(), TimeSpan.FromMinutes(10));
        _gateway.Clock.Advance(TimeSpan.FromSeconds(1));
        using var replaced = await SessionAsync(other);

        // The notice of the old key's new end, and then the end.
        _gateway.Clock.Advance(TimeSpan.FromMinutes(9.5));
        var notice = await old.NextAsync();
        _gateway.Clock.Advance(TimeSpan.FromMinutes(1));
        var (code, reason) = await old.ClosedAsync();
        await replaced.SendAsync(Streaming.ScriptedClient.Click(1));

        Assert.Equal(TimeSpan.FromSeconds(30), notice.CredentialExpires.Grace.ToTimeSpan());
        Assert.Equal(4016, code);
        Assert.StartsWith("The credential expired at", reason, StringComparison.Ordinal);
        Assert.Equal(1, (await replaced.NextAsync()).Answer.Sequence);
    }

    [Fact]
    public async Task Streams_OfAKeyThatLosesItsScope_End()
    {
        using var session = await SessionAsync(_key);

        await _gateway.Keys.EditAsync(_key, record => record with { Scopes = Segmentation.Identity.Scope.Read });
        _gateway.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((4007, "The credential lacks the scope 'segment'."), await session.ClosedAsync());
    }

    [Fact]
    public async Task Streams_OfAKeyThatIsRemovedOrOfAnotherTenantNow_End()
    {
        var second = await _gateway.Keys.AddAsync("bert");
        _gateway.Clock.Advance(TimeSpan.FromSeconds(1));
        using var removed = await SessionAsync(_key);
        using var moved = await SessionAsync(second);

        await _gateway.Keys.EditAsync(_key, _ => null);
        await _gateway.Keys.EditAsync(second, record => record with { Tenant = "carl" });
        _gateway.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(4016, (await removed.ClosedAsync()).Code);
        Assert.Equal(4016, (await moved.ClosedAsync()).Code);
    }

    [Fact]
    public async Task Calls_AreWatchedUntilTheyEnd()
    {
        using (var session = await SessionAsync(_key))
        {
            Assert.Equal(1, _gateway.Watched);
        }

        await UntilAsync(() => _gateway.Watched == 0);
    }

    private static SegmentStreamRequest Open() =>
        new() { Open = new OpenImage { ImageData = ByteString.CopyFrom(Requests.File) } };

    private async Task<WebSocketClient> SessionAsync(string key)
    {
        var client = await WebSocketClient.ConnectAsync(Host, options => options.SetRequestHeader("x-api-key", key));
        await client.OpenAsync();
        Assert.NotNull((await client.NextAsync()).Opened);
        return client;
    }

    private async Task RevokeAsync()
    {
        await _gateway.Keys.RevokeAsync(_key);
        _gateway.Clock.Advance(TimeSpan.FromSeconds(1));
    }

    /// <summary>Waits for a state of the server that nothing tells a client.</summary>
    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Yield();
            Cancel.ThrowIfCancellationRequested();
        }
    }
}
