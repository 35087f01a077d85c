using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Gateway.Tests.Rest;
using Segmentation.Gateway.Tests.Streaming;
using Segmentation.Identity.Keys;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Tests.Access;

/// <summary>Tokens of an OpenID Connect provider, from its keys to the call.</summary>
public sealed class TokenAccessTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private TokenIssuer _issuer = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _issuer = await TokenIssuer.StartAsync();

    public ValueTask DisposeAsync() => _issuer.DisposeAsync();

    [Fact]
    public async Task Call_WithAToken_WorksForTheTokensTenantAndScopes()
    {
        await using var host = await StartAsync();
        using var client = host.Client();

        var image = await PostAsync(client, _issuer.Token()).ReadAsync<Image>();
        var listed = await PostAsync(client, _issuer.Token(claims: new() { ["scope"] = new[] { "upload", "email" } }))
            .ReadAsync<Image>();
        var unread = await Requests.FailsAsync(
            StatusCode.PermissionDenied,
            async () => await host.Images.GetImageAsync(
                new GetImageRequest { Id = image.Id },
                WatchedGateway.With(_issuer.Token()),
                cancellationToken: Cancel));

        Assert.Equal("anna", Assert.Single(host.Encoder.Encoded).Tenant);
        Assert.Equal(image.Id, listed.Id);
        Assert.Equal("SCOPE_MISSING", unread.Reason());
        Assert.Contains(
            host.Logs.Lines,
            line => line.Text.Contains("subject user-7, credential token:user-7", StringComparison.Ordinal));
        Assert.Equal(1, _issuer.KeysRead);
    }

    [Theory]
    [InlineData("expired", "TOKEN_EXPIRED")]
    [InlineData("audience", "TOKEN_INVALID")]
    [InlineData("issuer", "TOKEN_INVALID")]
    [InlineData("no tenant", "TOKEN_WITHOUT_TENANT")]
    [InlineData("no name of a tenant", "TOKEN_WITHOUT_TENANT")]
    [InlineData("two tenants", "TOKEN_WITHOUT_TENANT")]
    [InlineData("no end", "TOKEN_INVALID")]
    [InlineData("not yet", "TOKEN_INVALID")]
    [InlineData("alg none", "TOKEN_INVALID")]
    [InlineData("alg none in capitals", "TOKEN_INVALID")]
    [InlineData("HS256 with the public key", "TOKEN_INVALID")]
    [InlineData("another key of the same id", "TOKEN_INVALID")]
    [InlineData("another key", "TOKEN_INVALID")]
    [InlineData("cut signature", "TOKEN_INVALID")]
    [InlineData("changed claims", "TOKEN_INVALID")]
    [InlineData("garbage", "TOKEN_INVALID")]
    [InlineData("dots", "TOKEN_INVALID")]
    public async Task Call_WithAWrongToken_IsRefusedEverywhere(string kind, string reason)
    {
        var token = Wrong(kind);
        await using var host = await StartAsync();
        using var client = host.Client();

        var rest = await PostAsync(client, token).FailsAsync(401);
        using var stream = host.Segmentation.SegmentStream(
            WatchedGateway.With(_issuer.Token()), cancellationToken: Cancel);
        await stream.RequestStream.WriteAsync(With(token), Cancel);
        var message = (await NextAsync(stream)).Reauthenticated;

        Assert.Equal(reason, rest.Reason());
        Assert.Equal(rest, message.Error);
        Assert.DoesNotContain(host.Logs.Lines, line => line.Text.Contains(token, StringComparison.Ordinal));
        Assert.Empty(host.Encoder.Encoded);
    }

    [Fact]
    public async Task Session_OfAToken_EndsAfterTheGraceUnlessAnotherTokenCame()
    {
        await using var host = await StartAsync();
        using var stream = await OpenAsync(host, _issuer.Token(TimeSpan.FromMinutes(5)));
        using var other = await OpenAsync(host, _issuer.Token(TimeSpan.FromMinutes(5)));
        _clock.Advance(TimeSpan.FromMinutes(4.1));
        Assert.NotNull((await NextAsync(stream)).CredentialExpires);
        Assert.NotNull((await NextAsync(other)).CredentialExpires);

        await stream.RequestStream.WriteAsync(With(_issuer.Token(TimeSpan.FromMinutes(20))), Cancel);
        Assert.Null((await NextAsync(stream)).Reauthenticated.Error);
        _clock.Advance(TimeSpan.FromMinutes(2));
        await stream.RequestStream.WriteAsync(new() { Prompt = ScriptedClient.Click(1) }, Cancel);

        Assert.Equal(1, (await NextAsync(stream)).Answer.Sequence);
        var status = await Requests.FailsAsync(StatusCode.Unauthenticated, () => other.ResponseStream.MoveNext(Cancel));
        Assert.Equal("CREDENTIAL_EXPIRED", status.Reason());
    }

    [Fact]
    public async Task Session_OfAToken_RefusesATokenOfAnotherTenantOrWithoutTheScope()
    {
        await using var host = await StartAsync();
        using var stream = await OpenAsync(host, _issuer.Token());

        await stream.RequestStream.WriteAsync(With(_issuer.Token(claims: new() { ["tenant"] = "bert" })), Cancel);
        var foreign = (await NextAsync(stream)).Reauthenticated;
        await stream.RequestStream.WriteAsync(With(_issuer.Token(claims: new() { ["scope"] = "read" })), Cancel);
        var reader = (await NextAsync(stream)).Reauthenticated;

        Assert.Equal("OTHER_TENANT", foreign.Error.Reason());
        Assert.Equal("SCOPE_MISSING", reader.Error.Reason());
    }

    [Fact]
    public async Task KeysAndTokens_SideBySide_AreToldApart()
    {
        using var keys = new KeyRingFile();
        var key = await keys.AddAsync("anna");
        await using var host = await StartAsync(keys.Option);
        using var client = host.Client();
        using var stream = await OpenAsync(host, _issuer.Token());

        await PostAsync(client, key).ReadAsync<Image>();
        await PostAsync(client, _issuer.Token()).ReadAsync<Image>();
        var unknown = await PostAsync(client, ApiKey.Create().Text).FailsAsync(401);
        await stream.RequestStream.WriteAsync(With(key), Cancel);

        Assert.Null((await NextAsync(stream)).Reauthenticated.Error);
        Assert.Equal("API_KEY_UNKNOWN", unknown.Reason());
    }

    [Fact]
    public async Task Provider_SignsWithAnotherKey_TokensAreAcceptedOnceItWasRead()
    {
        await using var host = await StartAsync();
        using var client = host.Client();
        await PostAsync(client, _issuer.Token()).ReadAsync<Image>();
        _issuer.ChangeKey("second");

        // The new key is read in the background, after the first token that needs it.
        while (true)
        {
            using var answer = await PostAsync(client, _issuer.Token());
            if (answer.IsSuccessStatusCode)
            {
                break;
            }

            Assert.Equal(401, (int)answer.StatusCode);
        }

        Assert.Equal(2, _issuer.KeysRead);
    }

    [Fact]
    public async Task Provider_IsDown_TokensWaitAndKeysDoNot()
    {
        using var keys = new KeyRingFile();
        var key = await keys.AddAsync("anna");
        await using var host = await StartAsync(keys.Option);
        using var client = host.Client();
        _issuer.IsDown = true;

        var away = await PostAsync(client, _issuer.Token()).FailsAsync(503);
        await PostAsync(client, key).ReadAsync<Image>();
        _issuer.IsDown = false;
        var early = await PostAsync(client, _issuer.Token()).FailsAsync(503);
        _clock.Advance(away.RetryDelay()!.Value);
        await PostAsync(client, _issuer.Token()).ReadAsync<Image>();

        Assert.Equal("TOKEN_KEYS_UNAVAILABLE", away.Reason());
        Assert.Equal("TOKEN_KEYS_UNAVAILABLE", early.Reason());
    }

    private string Wrong(string kind) => kind switch
    {
        "expired" => _issuer.Token(TimeSpan.FromMinutes(-1)),
        "audience" => _issuer.Token(claims: new() { ["aud"] = "another service" }),
        "issuer" => _issuer.Token(claims: new() { ["iss"] = "http://127.0.0.1:1" }),
        "no tenant" => _issuer.Token(claims: new() { ["tenant"] = null }),
        "no name of a tenant" => _issuer.Token(claims: new() { ["tenant"] = "../anna" }),
        "two tenants" => _issuer.Token(claims: new() { ["tenant"] = new[] { "anna", "bert" } }),
        "no end" => Signed(_issuer.Token(), claims => claims.Remove("exp")),
        "not yet" => Signed(
            _issuer.Token(),
            claims => claims["nbf"] = TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeSeconds()),
        "alg none" => Unsigned(_issuer.Token(), "none"),
        "alg none in capitals" => Unsigned(_issuer.Token(), "NONE"),
        "HS256 with the public key" => _issuer.Token(signing: new SigningCredentials(
            new SymmetricSecurityKey(_issuer.PublicKey) { KeyId = "first" }, SecurityAlgorithms.HmacSha256)),
        "another key of the same id" => _issuer.Token(signing: TokenIssuer.Forged("first")),
        "another key" => _issuer.Token(signing: TokenIssuer.Forged("other")),
        "cut signature" => _issuer.Token()[..^10],
        "changed claims" => Changed(_issuer.Token()),
        "dots" => "...",
        _ => "no token",
    };

    /// <summary>The token with other claims, signed by the provider.</summary>
    private string Signed(string token, Action<JsonObject> change) =>
        _issuer.Sign(Payload(token, change));

    private static string Unsigned(string token, string algorithm) =>
        $"{Base64UrlEncoder.Encode($$"""{"alg":"{{algorithm}}","typ":"JWT"}""")}.{token.Split('.')[1]}.";

    private static string Changed(string token)
    {
        var payload = Base64UrlEncoder.Encode(Payload(token, claims => claims["tenant"] = "bert"));
        return $"{token.Split('.')[0]}.{payload}.{token.Split('.')[2]}";
    }

    private static string Payload(string token, Action<JsonObject> change)
    {
        var claims = JsonNode.Parse(Base64UrlEncoder.Decode(token.Split('.')[1]))!.AsObject();
        change(claims);
        return claims.ToJsonString();
    }

    private Task<GatewayHost> StartAsync(params (string Key, string Value)[] options) => GatewayHost.StartAsync(
        services => services.AddSingleton<TimeProvider>(_clock), [.. _issuer.Options, .. options]);

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string credential) => client.SendAsync(
        Http.Request(
            HttpMethod.Post, "/v1/images", Http.Bytes(Requests.File), ("authorization", $"Bearer {credential}")),
        Cancel);

    private static SegmentStreamRequest With(string credential) =>
        new() { Reauthenticate = new Reauthenticate { Credential = credential } };

    private static async Task<AsyncDuplexStreamingCall<SegmentStreamRequest, SegmentStreamResponse>> OpenAsync(
        GatewayHost host, string token)
    {
        var stream = host.Segmentation.SegmentStream(WatchedGateway.With(token), cancellationToken: Cancel);
        await stream.RequestStream.WriteAsync(
            new() { Open = new OpenImage { ImageData = ByteString.CopyFrom(Requests.File) } }, Cancel);
        Assert.NotNull((await NextAsync(stream)).Opened);
        return stream;
    }

    private static async Task<SegmentStreamResponse> NextAsync(
        AsyncDuplexStreamingCall<SegmentStreamRequest, SegmentStreamResponse> stream)
    {
        Assert.True(await stream.ResponseStream.MoveNext(Cancel));
        return stream.ResponseStream.Current;
    }
}
