using Grpc.Core;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Gateway.Tests.Rest;
using Segmentation.Identity;
using Segmentation.Identity.Keys;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Tests.Access;

/// <summary>API keys on every way in.</summary>
public sealed class ApiKeyAccessTests : IDisposable
{
    private readonly KeyRingFile _keys = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _keys.Dispose();

    [Theory]
    [InlineData("authorization", "Bearer ")]
    [InlineData("authorization", "bearer ")]
    [InlineData("x-api-key", "")]
    public async Task Call_WithAKey_WorksForTheKeysTenant(string header, string before)
    {
        var key = await _keys.AddAsync("anna");
        await using var host = await GatewayHost.StartAsync(options: _keys.Option);
        using var client = host.Client();

        var image = await client.SendAsync(
            Http.Request(HttpMethod.Post, "/v1/images", Http.Bytes(Requests.File), (header, before + key)), Cancel)
            .ReadAsync<Image>();
        var again = await host.Images.GetImageAsync(
            new GetImageRequest { Id = image.Id }, new Metadata { { header, before + key } }, cancellationToken: Cancel);

        Assert.Equal(image.Id, again.Id);
        Assert.True(host.Store.Contains(Requests.KeyOf(Requests.File, "anna")));
    }

    [Fact]
    public async Task Image_OfAnotherTenant_IsNotFoundByItsHash()
    {
        var (anna, bert) = (await _keys.AddAsync("anna"), await _keys.AddAsync("bert"));
        await using var host = await GatewayHost.StartAsync(options: _keys.Option);
        using var client = host.Client();
        await client.SendAsync(
            Http.Request(HttpMethod.Post, "/v1/images", Http.Bytes(Requests.File), ("x-api-key", anna)), Cancel)
            .ReadAsync<Image>();

        var problem = await client.SendAsync(
            Http.Request(
                HttpMethod.Get,
                $"/v1/images/{Requests.IdOf(Requests.File)}",
                null,
                ("x-api-key", bert),
                ("If-None-Match", "*")),
            Cancel).FailsAsync(404);

        Assert.Equal("IMAGE_NOT_FOUND", problem.Reason());
    }

    [Fact]
    public async Task Call_WithoutACredential_IsToldWhichIsMissing()
    {
        await _keys.AddAsync("anna");
        await using var host = await GatewayHost.StartAsync(options: _keys.Option);
        using var client = host.Client();

        using var answer = await client.GetAsync("/v1/model", Cancel);
        var grpc = await Requests.FailsAsync(
            StatusCode.Unauthenticated,
            () => host.Images.GetImageAsync(new GetImageRequest { Id = "x" }, cancellationToken: Cancel).ResponseAsync);

        Assert.Equal(401, (int)answer.StatusCode);
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
        Assert.Contains("CREDENTIAL_MISSING", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal("CREDENTIAL_MISSING", grpc.Reason());
        Assert.Contains("x-api-key", grpc.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_WithAWrongKey_IsToldWhatIsWrongInKind()
    {
        var key = await _keys.AddAsync("anna");
        var expired = await _keys.AddAsync("anna", expires: TimeProvider.System.GetUtcNow().AddHours(-1));
        var revoked = await _keys.AddAsync("anna");
        await _keys.RevokeAsync(revoked);
        await using var host = await GatewayHost.StartAsync(options: _keys.Option);

        Assert.Equal("CREDENTIAL_KIND", await ReasonAsync(host, "Basic YTpi"));
        Assert.Equal("CREDENTIAL_KIND", await ReasonAsync(host, "Bearer eyJhbGciOiJub25lIn0.e30."));
        Assert.Equal("API_KEY_MISTYPED", await ReasonAsync(host, $"Bearer {key[..^1]}"));
        Assert.Equal("API_KEY_UNKNOWN", await ReasonAsync(host, $"Bearer {ApiKey.Create().Text}"));
        Assert.Equal("API_KEY_EXPIRED", await ReasonAsync(host, $"Bearer {expired}"));
        Assert.Equal("API_KEY_REVOKED", await ReasonAsync(host, $"Bearer {revoked}"));
        Assert.Equal("CREDENTIAL_AMBIGUOUS", await ReasonAsync(host, $"Bearer {key}", ("x-api-key", key)));
        Assert.DoesNotContain(host.Logs.Lines, line => line.Text.Contains(key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Key_InTheQuery_IsNoCredential()
    {
        var key = await _keys.AddAsync("anna");
        await using var host = await GatewayHost.StartAsync(options: _keys.Option);
        using var client = host.Client();

        var problem = await client.GetAsync($"/v1/model?x-api-key={key}&api_key={key}&access_token={key}", Cancel)
            .FailsAsync(401);

        Assert.Equal("CREDENTIAL_MISSING", problem.Reason());
    }

    [Fact]
    public async Task Call_WithoutTheScope_IsToldWhichIsMissing()
    {
        var key = await _keys.AddAsync("anna", Scope.Read);
        await using var host = await GatewayHost.StartAsync(options: _keys.Option);
        var metadata = new Metadata { { "x-api-key", key } };

        var segment = await Requests.FailsAsync(
            StatusCode.PermissionDenied,
            () => host.Segmentation.SegmentAsync(new SegmentRequest(), metadata, cancellationToken: Cancel).ResponseAsync);
        var delete = await Requests.FailsAsync(
            StatusCode.PermissionDenied,
            () => host.Images.DeleteImageAsync(new DeleteImageRequest(), metadata, cancellationToken: Cancel).ResponseAsync);

        Assert.Equal("SCOPE_MISSING", segment.Reason());
        Assert.Contains("'segment'", segment.Message, StringComparison.Ordinal);
        Assert.Contains("'delete'", delete.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TenantHeader_OfAnOrdinaryKey_IsRefusedAndOfOneThatMayImpersonateBelieved()
    {
        var (anna, proxy) = (await _keys.AddAsync("anna"), await _keys.AddAsync("front", Scopes.All));
        await using var host = await GatewayHost.StartAsync(options: _keys.Option);
        using var client = host.Client();

        var refused = await PostAsync(client, anna, "bert").FailsAsync(403);
        await PostAsync(client, anna, "anna").ReadAsync<Image>();
        await PostAsync(client, proxy, "bert").ReadAsync<Image>();

        Assert.Equal("TENANT_NOT_YOURS", refused.Reason());
        Assert.Equal(["anna", "bert"], host.Encoder.Encoded.Select(encoded => encoded.Tenant));
    }

    [Fact]
    public async Task WrongKeys_ManyOfOneAddress_AreLimitedAndRightOnesAreNot()
    {
        var key = await _keys.AddAsync("anna");
        await using var host = await GatewayHost.StartAsync(options: _keys.Option);
        using var client = host.Client();
        for (var i = 0; i < WrongCredentials.Burst; i++)
        {
            Assert.Equal("API_KEY_UNKNOWN", await ReasonAsync(host, $"Bearer {ApiKey.Create().Text}"));
        }

        var limited = await client.SendAsync(
            Http.Request(HttpMethod.Get, "/v1/model", null, ("x-api-key", ApiKey.Create().Text)), Cancel).FailsAsync(429);
        using var right = await client.SendAsync(
            Http.Request(HttpMethod.Get, "/v1/model", null, ("x-api-key", key)), Cancel);

        Assert.Equal("TOO_MANY_WRONG_CREDENTIALS", limited.Reason());
        Assert.True(limited.RetryDelay() > TimeSpan.Zero);
        Assert.Equal(200, (int)right.StatusCode);
    }

    [Fact]
    public async Task GrpcWeb_WithoutACredential_IsRefusedWithItsStatus()
    {
        await _keys.AddAsync("anna");
        await using var host = await GatewayHost.StartAsync(options: _keys.Option);
        using var client = host.Client();
        using var content = Http.Bytes([0, 0, 0, 0, 0], "application/grpc-web+proto");

        using var answer = await client.PostAsync("/segmentation.v1.ImageService/GetImage", content, Cancel);

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal("16", Assert.Single(answer.Headers.GetValues("grpc-status")));
    }

    [Fact]
    public async Task Acts_ThatMatter_AreAudited()
    {
        var key = await _keys.AddAsync("anna", Scope.Upload);
        await using var host = await GatewayHost.StartAsync(options: _keys.Option);
        using var client = host.Client();

        await PostAsync(client, key, "anna").ReadAsync<Image>();
        await client.SendAsync(Http.Request(HttpMethod.Get, "/v1/model", null, ("x-api-key", key)), Cancel).FailsAsync(403);
        await client.GetAsync("/v1/model", Cancel).FailsAsync(401);

        var lines = host.Logs.Lines.Where(line => line.Category == AuditLog.Category).Select(line => line.Text).ToList();
        Assert.Equal(3, lines.Count);
        var credential = $"credential key:{KeyRingFile.IdOf(key)}";
        Assert.StartsWith($"audit image.upload {Requests.IdOf(Requests.File)}: ok; tenant anna,", lines[0], StringComparison.Ordinal);
        Assert.Contains(credential, lines[0], StringComparison.Ordinal);
        Assert.StartsWith("audit access.refuse GET /v1/model: SCOPE_MISSING; tenant anna,", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("audit access.refuse GET /v1/model: CREDENTIAL_MISSING; tenant -,", lines[2], StringComparison.Ordinal);
        Assert.All(lines, line => Assert.Contains("from 127.0.0.1", line, StringComparison.Ordinal));
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string key, string tenant) => client.SendAsync(
        Http.Request(
            HttpMethod.Post, "/v1/images", Http.Bytes(Requests.File), ("x-api-key", key), ("x-segmentation-tenant", tenant)),
        Cancel);

    private static async Task<string> ReasonAsync(
        GatewayHost host, string authorization, params (string Name, string Value)[] others)
    {
        using var client = host.Client();
        var problem = await client.SendAsync(
            Http.Request(HttpMethod.Get, "/v1/model", null, [("authorization", authorization), .. others]), Cancel)
            .FailsAsync(401);
        return problem.Reason();
    }
}
