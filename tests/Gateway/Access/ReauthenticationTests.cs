using System.Net.WebSockets;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Web;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Gateway.Tests.Streaming;
using Segmentation.Gateway.Tests.WebSockets;
using Segmentation.Identity;
using Segmentation.Identity.Keys;
using Segmentation.Protocol.V1;
using Call = Grpc.Core.AsyncDuplexStreamingCall<
    Segmentation.Protocol.V1.SegmentStreamRequest, Segmentation.Protocol.V1.SegmentStreamResponse>;

namespace Segmentation.Gateway.Tests.Access;

/// <summary>Sessions whose credential expires, and new credentials in their place.</summary>
public sealed class ReauthenticationTests : IAsyncLifetime
{
    private readonly WatchedGateway _gateway = new();
    private string _key = "";
    private string _next = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private DateTimeOffset Now => _gateway.Clock.GetUtcNow();

    public async ValueTask InitializeAsync()
    {
        _key = await _gateway.Keys.AddAsync("anna", expires: Now.AddMinutes(5));
        _next = await _gateway.Keys.AddAsync("anna", expires: Now.AddMinutes(60));
        await _gateway.StartAsync();
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task Session_OverGrpc_GoesOnWithTheNewCredentialAndKeepsItsMask()
    {
        using var stream = await OpenAsync(_key);
        await SendAsync(stream, ScriptedClient.Click(1));
        var first = await NextAsync(stream);
        _gateway.Clock.Advance(TimeSpan.FromMinutes(4));

        var notice = (await NextAsync(stream)).CredentialExpires;
        await stream.RequestStream.WriteAsync(With(_next), Cancel);
        var accepted = (await NextAsync(stream)).Reauthenticated;
        _gateway.Clock.Advance(TimeSpan.FromMinutes(10));
        await SendAsync(stream, ScriptedClient.Click(2, refine: true));
        var second = await NextAsync(stream);

        Assert.Equal(TimeSpan.FromMinutes(1), notice.Remaining.ToTimeSpan());
        Assert.Equal(TimeSpan.FromSeconds(30), notice.Grace.ToTimeSpan());
        Assert.Null(accepted.Error);
        Assert.Equal(TimeSpan.FromMinutes(56), accepted.Remaining.ToTimeSpan());
        Assert.Equal(2, second.Answer.Sequence);
        Assert.Equal(
            first.Answer.Result.Masks[0].Id, _gateway.Host.Grain.Requests.Last().Request.Prompts[0].MaskId);
        Assert.Contains(
            $"credential key:{KeyRingFile.IdOf(_next)}",
            Assert.Single(_gateway.Audited("session.reauthenticate")),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_WithoutANewCredential_EndsAfterTheGrace()
    {
        using var stream = await OpenAsync(_key);
        _gateway.Clock.Advance(TimeSpan.FromMinutes(4));
        Assert.NotNull((await NextAsync(stream)).CredentialExpires);

        // Within the grace prompts are answered still.
        _gateway.Clock.Advance(TimeSpan.FromSeconds(89));
        await SendAsync(stream, ScriptedClient.Click(1));
        Assert.Equal(1, (await NextAsync(stream)).Answer.Sequence);
        _gateway.Clock.Advance(TimeSpan.FromSeconds(1));

        var status = await Requests.FailsAsync(
            StatusCode.Unauthenticated, () => stream.ResponseStream.MoveNext(Cancel));
        Assert.Equal("CREDENTIAL_EXPIRED", status.Reason());
        Assert.Contains("Connect again", status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_WithinTheGrace_TakesANewCredential()
    {
        using var stream = await OpenAsync(_key);
        _gateway.Clock.Advance(TimeSpan.FromMinutes(5.4));
        Assert.NotNull((await NextAsync(stream)).CredentialExpires);

        await stream.RequestStream.WriteAsync(With(_next), Cancel);
        Assert.Null((await NextAsync(stream)).Reauthenticated.Error);
        _gateway.Clock.Advance(TimeSpan.FromMinutes(20));
        await SendAsync(stream, ScriptedClient.Click(1));

        Assert.Equal(1, (await NextAsync(stream)).Answer.Sequence);
    }

    [Fact]
    public async Task Session_OverAWebSocket_TakesANewCredentialInBothForms()
    {
        using var client = await WebSocketClient.ConnectAsync(
            _gateway.Host, options => options.SetRequestHeader("x-api-key", _key));

        await client.SendAsync(With(_next));
        var binary = await client.ReceiveAsync();
        await client.SendAsync($$$"""{"reauthenticate": {"credential": "{{{_key}}}"}}""");
        var text = await client.ReceiveAsync();

        Assert.Equal((TimeSpan.FromMinutes(60), false), RemainingOf(binary!.Value));
        Assert.Equal((TimeSpan.FromMinutes(5), true), RemainingOf(text!.Value));
    }

    [Theory]
    [InlineData(GrpcWebMode.GrpcWeb)]
    [InlineData(GrpcWebMode.GrpcWebText)]
    public async Task Session_OverGrpcWeb_TakesANewCredential(GrpcWebMode mode)
    {
        using var channel = GrpcChannel.ForAddress(
            _gateway.Host.Addresses.Http,
            new GrpcChannelOptions
            {
                HttpHandler = new GrpcWebHandler(mode, new HttpClientHandler()), HttpVersion = new Version(1, 1),
            });
        using var stream = new SegmentationService.SegmentationServiceClient(channel)
            .SegmentStream(WatchedGateway.With(_key), cancellationToken: Cancel);

        // Over HTTP/1.1 answers come when all requests have been sent.
        await stream.RequestStream.WriteAsync(OpenFile(), Cancel);
        await stream.RequestStream.WriteAsync(With(_next), Cancel);
        await SendAsync(stream, ScriptedClient.Click(1));
        await stream.RequestStream.CompleteAsync();
        var responses = await stream.ResponseStream.ReadAllAsync(Cancel).ToListAsync(Cancel);

        Assert.NotNull(responses[0].Opened);
        Assert.Equal(TimeSpan.FromMinutes(60), responses[1].Reauthenticated.Remaining.ToTimeSpan());
        Assert.Equal(1, responses[2].Answer.Sequence);
    }

    [Fact]
    public async Task Credential_ThatIsNoGoodHere_IsRefusedAndTheSessionGoesOnWithItsOwn()
    {
        var foreign = await _gateway.Keys.AddAsync("bert");
        var reader = await _gateway.Keys.AddAsync("anna", Scope.Read);
        var revoked = await _gateway.Keys.AddAsync("anna");
        await _gateway.Keys.RevokeAsync(revoked);
        _gateway.Clock.Advance(TimeSpan.FromSeconds(1));
        using var stream = await OpenAsync(_key);
        (string Credential, StatusCode Code, string Reason)[] cases =
        [
            (foreign, StatusCode.PermissionDenied, "OTHER_TENANT"),
            (reader, StatusCode.PermissionDenied, "SCOPE_MISSING"),
            (revoked, StatusCode.Unauthenticated, "API_KEY_REVOKED"),
            (ApiKey.Create().Text, StatusCode.Unauthenticated, "API_KEY_UNKNOWN"),
            (_next[..^1], StatusCode.Unauthenticated, "API_KEY_MISTYPED"),
            ("\u0000 garbage \uD83D\uDE00", StatusCode.Unauthenticated, "CREDENTIAL_KIND"),
            ("", StatusCode.InvalidArgument, "INVALID_FIELD"),
            (new string('x', 20_000), StatusCode.InvalidArgument, "INVALID_FIELD"),
        ];

        foreach (var (credential, code, reason) in cases)
        {
            await stream.RequestStream.WriteAsync(With(credential), Cancel);
            var answer = (await NextAsync(stream)).Reauthenticated;
            Assert.Equal((code, reason), ((StatusCode)answer.Error.Code, answer.Error.Reason()));
            Assert.DoesNotContain("bert", answer.ToString(), StringComparison.Ordinal);
            Assert.Equal(TimeSpan.FromSeconds(299), answer.Remaining.ToTimeSpan());
        }

        await SendAsync(stream, ScriptedClient.Click(1));
        Assert.Equal(1, (await NextAsync(stream)).Answer.Sequence);
        _gateway.Clock.Advance(TimeSpan.FromMinutes(5.5));
        await Requests.FailsAsync(
            StatusCode.Unauthenticated, () => stream.ResponseStream.ReadAllAsync(Cancel).ToListAsync(Cancel).AsTask());
        Assert.DoesNotContain(_gateway.Host.Logs.Lines, line => line.Text.Contains(foreign, StringComparison.Ordinal));
    }

    [Fact]
    public async Task WrongCredentials_ManyInASession_AreLimitedAsElsewhere()
    {
        using var stream = await OpenAsync(_key);
        string? reason = null;
        for (var i = 0; i <= WrongCredentials.Burst; i++)
        {
            await stream.RequestStream.WriteAsync(With(ApiKey.Create().Text), Cancel);
            reason = (await NextAsync(stream)).Reauthenticated.Error.Reason();
        }

        Assert.Equal("TOO_MANY_WRONG_CREDENTIALS", reason);
    }

    [Fact]
    public async Task Session_OfAKeyThatIsRevoked_GoesOnWhenItHadAnotherOneBefore()
    {
        using var stream = await OpenAsync(_key);
        await stream.RequestStream.WriteAsync(With(_next), Cancel);
        Assert.Null((await NextAsync(stream)).Reauthenticated.Error);

        await _gateway.Keys.RevokeAsync(_key);
        _gateway.Clock.Advance(TimeSpan.FromSeconds(1));
        await SendAsync(stream, ScriptedClient.Click(1));
        Assert.Equal(1, (await NextAsync(stream)).Answer.Sequence);
        await _gateway.Keys.RevokeAsync(_next);
        _gateway.Clock.Advance(TimeSpan.FromSeconds(1));

        await Requests.FailsAsync(StatusCode.Unauthenticated, () => stream.ResponseStream.MoveNext(Cancel));
    }

    [Fact]
    public async Task Notice_OfAShortLife_ComesInItsLastThirdAndNotAtOnce()
    {
        var brief = await _gateway.Keys.AddAsync("anna", expires: Now.AddSeconds(31));
        _gateway.Clock.Advance(TimeSpan.FromSeconds(1));
        using var stream = await OpenAsync(brief);

        _gateway.Clock.Advance(TimeSpan.FromSeconds(19));
        await SendAsync(stream, ScriptedClient.Click(1));
        Assert.Equal(1, (await NextAsync(stream)).Answer.Sequence);
        _gateway.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(TimeSpan.FromSeconds(10), (await NextAsync(stream)).CredentialExpires.Remaining.ToTimeSpan());
    }

    [Fact]
    public async Task Subprotocol_WithTheKey_IsACredentialAndOnlyTheNameIsEchoed()
    {
        using var client = await WebSocketClient.ConnectAsync(_gateway.Host, options => Offer(options, _key));
        await client.OpenAsync();

        Assert.NotNull((await client.NextAsync()).Opened);
        Assert.Equal("segmentation.v1", client.Socket.SubProtocol);
        Assert.True(_gateway.Host.Store.Contains(Requests.KeyOf(Requests.File, "anna")));
    }

    [Fact]
    public async Task Subprotocol_WithoutTheNameOrWithAWrongCredential_IsRefused()
    {
        Assert.Equal(
            400, await RefusedAsync(options => options.AddSubProtocol($"segmentation.bearer.{Encoded(_key)}")));
        Assert.Equal(401, await RefusedAsync(options => Offer(options, ApiKey.Create().Text)));
        Assert.Equal(401, await RefusedAsync(options =>
        {
            options.AddSubProtocol("segmentation.v1");
            options.AddSubProtocol("segmentation.bearer.!");
        }));
        Assert.Equal(401, await RefusedAsync(options =>
        {
            Offer(options, _key);
            options.SetRequestHeader("x-api-key", _key);
        }));
        Assert.Equal(401, await RefusedAsync(options => options.AddSubProtocol("segmentation.v1")));
    }

    private static (TimeSpan Remaining, bool IsText) RemainingOf((SegmentStreamResponse Message, bool IsText) frame) =>
        (frame.Message.Reauthenticated.Remaining.ToTimeSpan(), frame.IsText);

    private static void Offer(ClientWebSocketOptions options, string key)
    {
        options.AddSubProtocol("segmentation.v1");
        options.AddSubProtocol($"segmentation.bearer.{Encoded(key)}");
    }

    private static string Encoded(string key) =>
        System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.ASCII.GetBytes(key));

    /// <summary>The HTTP status of a handshake that must fail.</summary>
    private async Task<int> RefusedAsync(Action<ClientWebSocketOptions> configure)
    {
        using var socket = new ClientWebSocket();
        configure(socket.Options);
        socket.Options.CollectHttpResponseDetails = true;
        await Assert.ThrowsAsync<WebSocketException>(
            () => socket.ConnectAsync(new Uri($"ws://{_gateway.Host.Addresses.Http.Authority}/v1/session"), Cancel));
        return (int)socket.HttpStatusCode;
    }

    private async Task<Call> OpenAsync(string key)
    {
        var stream = _gateway.Host.Segmentation.SegmentStream(WatchedGateway.With(key), cancellationToken: Cancel);
        await stream.RequestStream.WriteAsync(OpenFile(), Cancel);
        Assert.NotNull((await NextAsync(stream)).Opened);
        return stream;
    }

    private static SegmentStreamRequest OpenFile() =>
        new() { Open = new OpenImage { ImageData = ByteString.CopyFrom(Requests.File) } };

    private static SegmentStreamRequest With(string credential) =>
        new() { Reauthenticate = new Reauthenticate { Credential = credential } };

    private static Task SendAsync(Call stream, StreamPrompt prompt) =>
        stream.RequestStream.WriteAsync(new SegmentStreamRequest { Prompt = prompt }, Cancel);

    private static async Task<SegmentStreamResponse> NextAsync(Call stream)
    {
        Assert.True(await stream.ResponseStream.MoveNext(Cancel));
        return stream.ResponseStream.Current;
    }
}
