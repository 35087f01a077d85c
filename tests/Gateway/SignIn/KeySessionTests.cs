using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.SignIn;
using Segmentation.Gateway.Tests.Access;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Gateway.Tests.Rest;
using Segmentation.Identity;
using Segmentation.Identity.Keys;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Tests.SignIn;

/// <summary>Sessions of people who typed an API key.</summary>
public sealed class KeySessionTests : IDisposable
{
    private readonly KeyRingFile _keys = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _keys.Dispose();

    [Fact]
    public async Task SignIn_WithAKey_GivesACookieThatScriptsAndOtherSitesDoNotGet()
    {
        var key = await _keys.AddAsync("anna", Scope.Segment | Scope.Upload);
        await using var host = await GatewayHost.StartAsync(options: _keys.Option);
        using var person = new Person(host);
        var before = await person.StateAsync();

        using var answer = await person.SignInAsync(key);

        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.StartsWith("segmentation-session=", cookie, StringComparison.Ordinal);
        Assert.Contains("; httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; path=/", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("domain", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("; secure", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(KeyRingFile.IdOf(key), cookie, StringComparison.Ordinal);
        Assert.Equal("no-store", $"{answer.Headers.CacheControl}");
        Assert.Equal(
            """{"required":true,"kinds":["key"],"provider":null,"person":null,"reason":"CREDENTIAL_MISSING"}""",
            before.ToJsonString());
        var state = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!;
        Assert.Equal("anna", state["person"]!["tenant"]!.GetValue<string>());
        Assert.Equal("""["segment","upload"]""", state["person"]!["scopes"]!.ToJsonString());
        Assert.True(state["person"]!["session"]!.GetValue<bool>());
        Assert.Equal(state["person"]!.ToJsonString(), (await person.StateAsync())["person"]!.ToJsonString());
    }

    [Fact]
    public async Task Cookie_OnRestWebSocketsAndGrpcWeb_IsTheCaller()
    {
        var key = await _keys.AddAsync("anna");
        await using var host = await GatewayHost.StartAsync(options: _keys.Option);
        using var person = new Person(host);
        using var signedIn = await person.SignInAsync(key);

        var image = await person.Client.PostAsync("/v1/images", Http.Bytes(Requests.File), Cancel).ReadAsync<Image>();
        using var web = Http.Bytes([0, 0, 0, 0, 0], "application/grpc-web+proto");
        using var called = await person.Client.PostAsync("/segmentation.v1.ImageService/GetImage", web, Cancel);
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", $"http://{host.Addresses.Http.Authority}");
        socket.Options.SetRequestHeader("Cookie", person.Cookie);
        await socket.ConnectAsync(new Uri($"ws://{host.Addresses.Http.Authority}/v1/session"), Cancel);

        Assert.True(host.Store.Contains(Requests.KeyOf(Requests.File, "anna")));
        Assert.Equal(Requests.IdOf(Requests.File), image.Id);
        // The message is empty, which is told to a caller only.
        Assert.Equal("3", Assert.Single(called.Headers.GetValues("grpc-status")));
        Assert.Equal(WebSocketState.Open, socket.State);
    }

    [Fact]
    public async Task Header_BesideACookie_IsTheCaller()
    {
        var (anna, bert) = (await _keys.AddAsync("anna"), await _keys.AddAsync("bert"));
        await using var host = await GatewayHost.StartAsync(options: _keys.Option);
        using var person = new Person(host);
        using var signedIn = await person.SignInAsync(anna);

        await person.Client.SendAsync(
            Http.Request(HttpMethod.Post, "/v1/images", Http.Bytes(Requests.File), ("x-api-key", bert)), Cancel)
            .ReadAsync<Image>();

        Assert.Equal("bert", Assert.Single(host.Encoder.Encoded).Tenant);
    }

    [Fact]
    public async Task Cookie_OfARevokedKey_IsRefusedFromThenOn()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var (key, other) = (await _keys.AddAsync("anna"), await _keys.AddAsync("anna"));
        await using var host = await GatewayHost.StartAsync(
            services => services.AddSingleton<TimeProvider>(clock), _keys.Option);
        using var person = new Person(host);
        using var signedIn = await person.SignInAsync(key);
        using var before = await person.Client.GetAsync("/v1/model", Cancel);

        await _keys.RevokeAsync(key);
        clock.Advance(KeysFileStore.Period);
        var refused = await person.Client.GetAsync("/v1/model", Cancel).FailsAsync(401);
        var state = await person.StateAsync();
        using var again = await person.SignInAsync(other);

        Assert.Equal(200, (int)before.StatusCode);
        Assert.Equal("API_KEY_REVOKED", refused.Reason());
        Assert.Equal("API_KEY_REVOKED", state["reason"]!.GetValue<string>());
        Assert.Equal(200, (int)again.StatusCode);
    }

    [Fact]
    public async Task Session_AfterItsLifetime_IsOverThoughTheKeyIsNot()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var key = await _keys.AddAsync("anna");
        await using var host = await GatewayHost.StartAsync(
            services => services.AddSingleton<TimeProvider>(clock),
            _keys.Option,
            ("Segmentation:Identity:Studio:SessionLifetime", "01:00:00"));
        using var person = new Person(host);
        using var signedIn = await person.SignInAsync(key);
        clock.Advance(TimeSpan.FromMinutes(59));
        using var before = await person.Client.GetAsync("/v1/model", Cancel);

        clock.Advance(TimeSpan.FromMinutes(1));
        var problem = await person.Client.GetAsync("/v1/model", Cancel).FailsAsync(401);

        Assert.Equal(200, (int)before.StatusCode);
        Assert.Equal("SESSION_EXPIRED", problem.Reason());
        Assert.Equal("SESSION_EXPIRED", (await person.StateAsync())["reason"]!.GetValue<string>());
        Assert.Equal("", person.Cookie);
    }

    [Theory]
    [InlineData("AAAA")]
    [InlineData("A")]
    [InlineData("no-base64-at-all!")]
    public async Task Cookie_ThatTheServerDidNotMake_IsRefusedAndCountsAsNoGuess(string text)
    {
        var key = await _keys.AddAsync("anna");
        await using var host = await GatewayHost.StartAsync(options: _keys.Option);
        using var client = host.Client();
        using var person = new Person(host);

        for (var i = 0; i <= WrongCredentials.Burst; i++)
        {
            var problem = await client.SendAsync(
                Http.Request(HttpMethod.Get, "/v1/model", null, ("Cookie", $"segmentation-session={text}")), Cancel)
                .FailsAsync(401);
            Assert.Equal("SESSION_INVALID", problem.Reason());
        }

        using var signedIn = await person.SignInAsync(key);
        Assert.Equal(200, (int)signedIn.StatusCode);
    }

    [Fact]
    public async Task SignOut_InABrowser_EndsItsSessionAndSaysSo()
    {
        var key = await _keys.AddAsync("anna");
        await using var host = await GatewayHost.StartAsync(options: _keys.Option);
        using var person = new Person(host);
        using var signedIn = await person.SignInAsync(key);

        using var answer = await person.SignOutAsync();

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal("", person.Cookie);
        var state = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!;
        Assert.Null(state["person"]);
        await person.Client.GetAsync("/v1/model", Cancel).FailsAsync(401);
        var lines = host.Logs.Lines.Where(line => line.Category == AuditLog.Category).Select(line => line.Text).ToList();
        var credential = $"credential key:{KeyRingFile.IdOf(key)}, from 127.0.0.1";
        Assert.StartsWith("audit session.sign-in key: ok; tenant anna,", lines[0], StringComparison.Ordinal);
        Assert.Contains(credential, lines[0], StringComparison.Ordinal);
        Assert.StartsWith("audit session.sign-out session: ok; tenant anna,", lines[1], StringComparison.Ordinal);
        Assert.Contains(credential, lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain(host.Logs.Lines, line => line.Text.Contains(key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task SignIn_WithWrongKeys_SaysWhatIsWrongAndIsLimitedByAddress()
    {
        var key = await _keys.AddAsync("anna");
        await using var host = await GatewayHost.StartAsync(options: _keys.Option);
        using var person = new Person(host);

        Assert.Equal("API_KEY_MISTYPED", (await person.SignInAsync(key[..^1]).FailsAsync(401)).Reason());
        Assert.Equal("CREDENTIAL_KIND", (await person.SignInAsync("hunter2").FailsAsync(401)).Reason());
        for (var i = 2; i < WrongCredentials.Burst; i++)
        {
            Assert.Equal("API_KEY_UNKNOWN", (await person.SignInAsync(ApiKey.Create().Text).FailsAsync(401)).Reason());
        }

        var limited = await person.SignInAsync(ApiKey.Create().Text).FailsAsync(429);
        using var right = await person.SignInAsync(key);

        Assert.Equal("TOO_MANY_WRONG_CREDENTIALS", limited.Reason());
        Assert.Equal(200, (int)right.StatusCode);
        Assert.Contains(host.Logs.Lines, line => line.Text.StartsWith(
            "audit session.sign-in key: API_KEY_UNKNOWN; tenant -,", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("text/plain", "{}", 415, "UNSUPPORTED_MEDIA_TYPE")]
    [InlineData("application/json", "seg_", 400, "INVALID_JSON")]
    [InlineData("application/json", "[\"seg_\"]", 400, "INVALID_JSON")]
    [InlineData("application/json", "{\"key\":7}", 400, "INVALID_JSON")]
    [InlineData("application/json", null, 413, "BODY_TOO_LARGE")]
    public async Task SignIn_WithAnotherBody_IsToldWhatToSend(string type, string? body, int status, string reason)
    {
        await _keys.AddAsync("anna");
        await using var host = await GatewayHost.StartAsync(options: _keys.Option);
        using var person = new Person(host);
        using var content = new StringContent(body ?? new string(' ', SignInService.MaxBodyBytes + 1));
        content.Headers.ContentType = new(type);

        var problem = await person.Client.PostAsync("/v1/sign-in", content, Cancel).FailsAsync(status);

        Assert.Equal(reason, problem.Reason());
    }

    [Fact]
    public async Task State_WhereNoCredentialIsNeeded_SaysSo()
    {
        await using var host = await GatewayHost.StartAsync();
        using var person = new Person(host);

        var state = await person.StateAsync();

        Assert.False(state["required"]!.GetValue<bool>());
        Assert.Equal("[]", state["kinds"]!.ToJsonString());
        Assert.Equal("default", state["person"]!["tenant"]!.GetValue<string>());
        Assert.False(state["person"]!["session"]!.GetValue<bool>());
        Assert.Contains("admin", state["person"]!["scopes"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task State_AskedWithAKeyInAHeader_DoesNotLookAtIt()
    {
        var key = await _keys.AddAsync("anna");
        await using var host = await GatewayHost.StartAsync(options: _keys.Option);
        using var client = host.Client();

        using var answer = await client.SendAsync(
            Http.Request(HttpMethod.Get, "/v1/sign-in", null, ("x-api-key", key)), Cancel);

        var state = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!;
        Assert.Null(state["person"]);
    }
}
