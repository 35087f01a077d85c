namespace Segmentation.Security.Tests;

/// <summary>Credentials and tenants in headers that proxies and clients may read in two ways.</summary>
public sealed class HeaderTests(SecuredStandalone server) : IClassFixture<SecuredStandalone>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, int, string> Odd => new()
    {
        { "Authorization: Bearer {anna}\r\nAuthorization: Bearer {anna}", 401, "CREDENTIAL_AMBIGUOUS" },
        { "Authorization: Bearer {anna}\r\nAuthorization: Bearer {unknown}", 401, "CREDENTIAL_AMBIGUOUS" },
        { "x-api-key: {unknown}\r\nX-API-KEY: {anna}", 401, "CREDENTIAL_AMBIGUOUS" },
        { "Authorization: Bearer {unknown}\r\nx-api-key: {anna}", 401, "CREDENTIAL_AMBIGUOUS" },
        { "Authorization: Basic YTpi\r\nx-api-key: {anna}", 401, "CREDENTIAL_AMBIGUOUS" },
        { "Authorization: Bearer {unknown}, Bearer {anna}", 401, "API_KEY_MISTYPED" },
        { "x-api-key: {anna},{anna}", 401, "API_KEY_MISTYPED" },
        { "Authorization: {anna}", 401, "CREDENTIAL_KIND" },
        { "Authorization: Bearer{anna}", 401, "CREDENTIAL_KIND" },
        { "Authorization: Bearer", 401, "CREDENTIAL_KIND" },
        { "Authorization:", 401, "CREDENTIAL_KIND" },
        { "x-api-key:", 401, "CREDENTIAL_KIND" },
        { "x_api_key: {anna}", 401, "CREDENTIAL_MISSING" },
        { "Proxy-Authorization: Bearer {anna}", 401, "CREDENTIAL_MISSING" },
        { "Cookie: x-api-key={anna}; authorization={anna}", 401, "CREDENTIAL_MISSING" },
        { "X-Forwarded-User: anna\r\nX-Remote-User: anna\r\nX-Forwarded-Client-Cert: Subject=\"O=anna\"", 401, "CREDENTIAL_MISSING" },
        { "X-Forwarded-For: 127.0.0.1\r\nX-Real-IP: 127.0.0.1\r\nForwarded: for=127.0.0.1", 401, "CREDENTIAL_MISSING" },
        { "x-segmentation-tenant: anna", 401, "CREDENTIAL_MISSING" },
        { "x-api-key: {anna}\r\nx-segmentation-tenant: anna\r\nx-segmentation-tenant: bert", 400, "INVALID_TENANT" },
        { "x-api-key: {anna}\r\nx-segmentation-tenant: bert\r\nx-segmentation-tenant: anna", 400, "INVALID_TENANT" },
        { "x-api-key: {anna}\r\nx-segmentation-tenant: anna,bert", 400, "INVALID_TENANT" },
        { "x-api-key: {anna}\r\nx-segmentation-tenant:", 400, "INVALID_TENANT" },
        { "x-api-key: {anna}\r\nx-segmentation-tenant: ANNA", 400, "INVALID_TENANT" },
        { "x-api-key: {anna}\r\nx-segmentation-tenant: anna%2fbert", 400, "INVALID_TENANT" },
        { "x-api-key: seg_\u00c3\u00a9", 401, "API_KEY_MISTYPED" },
    };

    /// <summary>Requests that Kestrel itself refuses: no stage of ours sees them.</summary>
    public static TheoryData<string> Broken => new()
    {
        "x-api-key: seg_\u00e9",
        "x-api-key : {anna}",
        "x-api-key: {anna}\r\n x-segmentation-tenant: bert",
        "x-api-key: {anna}\rx-segmentation-tenant: bert",
        "x-api-key: {anna}\u0000",
        "x-api-key: {anna}\r\nContent-Length: 1\r\nContent-Length: 2",
        "x-api-key: {anna}\r\nTransfer-Encoding: identity",
        "x-api-key: {anna}\r\nHost: elsewhere.example",
    };

    [Theory]
    [MemberData(nameof(Odd))]
    public async Task Request_WithOddHeaders_IsRefused(string headers, int status, string reason)
    {
        var answer = await AskAsync("/v1/model", Filled(headers));

        Assert.Equal((status, reason), (answer.Status, EndpointAnswer.OfRest(answer.Status, null, answer.Body).Reason));
        Assert.Equal(status == 401 ? "Bearer" : null, answer.Header("www-authenticate"));
        Assert.All(server.Keys.Secrets, secret => Assert.DoesNotContain(secret, answer.Body, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task Request_WithBrokenHeaders_IsNoRequest(string headers)
    {
        var answer = await AskAsync("/v1/model", Filled(headers));

        Assert.Equal(400, answer.Status);
        Assert.All(server.Keys.Secrets, secret => Assert.DoesNotContain(secret, answer.Body, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(20_000, 401)]
    [InlineData(100_000, 431)]
    public async Task Credential_VeryLong_IsRefused(int length, int status)
    {
        foreach (var header in new[] { "Authorization: Bearer seg_", "x-api-key: ", "x-segmentation-tenant: " })
        {
            var answer = await AskAsync("/v1/model", header + new string('a', length));

            Assert.Equal(status, answer.Status);
            Assert.True(answer.Body.Length < 1_000, answer.Body);
        }
    }

    [Theory]
    [InlineData("/v1/model")]
    [InlineData("/v1/session")]
    public async Task Key_InTheQuery_IsNoCredentialAndIsNotLogged(string path)
    {
        var address = RawConnection.NextAddress();
        var key = server.Keys.OfAnna;
        var query = string.Join('&', new[] { "access_token", "api_key", "x-api-key", "authorization", "key", "token" }
            .Select(name => $"{name}={key}"));

        var answer = await RawConnection.AskAsync(
            server.Http, $"GET {path}?{query} HTTP/1.1\r\nHost: {server.Http.Authority}", Cancel, address);

        Assert.Equal("CREDENTIAL_MISSING", EndpointAnswer.OfRest(answer.Status, null, answer.Body).Reason);
        await server.Log.FindAsync(line => line.Contains($"from {address}", StringComparison.Ordinal), Cancel);
        Assert.Empty(server.Log.Faults(server.Keys.Secrets));
    }

    /// <summary>People paste keys where ids belong; logs are read by more people than keys files.</summary>
    [Theory]
    [InlineData("/v1/images/{anna}")]
    [InlineData("/v1/model/graphs/{anna}")]
    [InlineData("/{anna}")]
    public async Task Key_InThePath_IsNotLogged(string path)
    {
        var address = RawConnection.NextAddress();

        var answer = await RawConnection.AskAsync(
            server.Http, $"GET {Filled(path)} HTTP/1.1\r\nHost: {server.Http.Authority}", Cancel, address);
        await RawConnection.AskAsync(
            server.Http, $"GET /v1/model HTTP/1.1\r\nHost: {server.Http.Authority}", Cancel, address);

        Assert.Contains(answer.Status, new[] { 401, 404 });
        await server.Log.FindAsync(
            line => line.Contains("/v1/model:", StringComparison.Ordinal)
                && line.Contains($"from {address}", StringComparison.Ordinal),
            Cancel);
        Assert.Empty(server.Log.Faults(server.Keys.Secrets));
    }

    [Fact]
    public async Task TenantHeader_WrittenWithUnderscores_IsNotRead()
    {
        using var anna = new Holder(server, server.Keys.OfAnna);
        using var bert = new Holder(server, server.Keys.OfBert);
        var image = await bert.UploadAsync(Segmentation.Tests.Shared.Photograph.Copy());
        anna.Http.DefaultRequestHeaders.Add("x_segmentation_tenant", TenantKeys.Bert);

        using var answer = await anna.Http.GetAsync($"/v1/images/{image.Id}", Cancel);

        Assert.Equal(404, (int)answer.StatusCode);
    }

    /// <summary>The caller is found out for each request, and never remembered for a connection.</summary>
    [Fact]
    public async Task Connection_AfterARequestWithAKey_IsAStrangersAgain()
    {
        using var connection = await RawConnection.OpenAsync(server.Http, Cancel);
        var request = $"GET /v1/model HTTP/1.1\r\nHost: {server.Http.Authority}\r\n";
        await connection.SendAsync($"{request}x-api-key: {server.Keys.OfAnna}\r\n\r\n{request}\r\n", Cancel);

        var (first, second) = (await connection.ReadAsync(Cancel), await connection.ReadAsync(Cancel));

        Assert.Equal((200, 401), (first.Status, second.Status));
    }

    /// <summary>A body that hides a request: whoever counts lengths otherwise than a proxy would answer it.</summary>
    [Fact]
    public async Task Body_WithTwoLengths_IsNotTakenForARequestOfTheConnectionsHolder()
    {
        using var connection = await RawConnection.OpenAsync(server.Http, Cancel);
        var hidden = $"GET /v1/model HTTP/1.1\r\nHost: {server.Http.Authority}\r\n\r\n";
        await connection.SendAsync(
            $"POST /v1/segment HTTP/1.1\r\nHost: {server.Http.Authority}\r\nx-api-key: {server.Keys.OfAnna}\r\n"
                + $"Content-Type: application/json\r\nContent-Length: {hidden.Length + 5}\r\nTransfer-Encoding: chunked\r\n\r\n"
                + $"0\r\n\r\n{hidden}",
            Cancel);

        var (first, second) = (await connection.ReadAsync(Cancel), await connection.ReadAsync(Cancel));

        Assert.Equal(400, first.Status);
        Assert.NotEqual(200, second.Status);
    }

    [Theory]
    [InlineData("X-HTTP-Method-Override")]
    [InlineData("X-Method-Override")]
    [InlineData("X-HTTP-Method")]
    public async Task Method_NamedInAHeader_IsNotFollowed(string header)
    {
        using var anna = new Holder(server, server.Keys.OfAnna);
        var image = await anna.UploadAsync(Segmentation.Tests.Shared.Photograph.Copy());

        var answer = await AskAsync($"/v1/images/{image.Id}", $"x-api-key: {server.Keys.AllBut["delete"]}\r\n{header}: DELETE");
        using var still = await anna.Http.GetAsync($"/v1/images/{image.Id}", Cancel);

        Assert.Equal((200, 200), (answer.Status, (int)still.StatusCode));
    }

    private string Filled(string text) => text
        .Replace("{anna}", server.Keys.OfAnna, StringComparison.Ordinal)
        .Replace("{unknown}", server.Keys.Unknown, StringComparison.Ordinal);

    private Task<RawAnswer> AskAsync(string path, string headers) => RawConnection.AskAsync(
        server.Http, $"GET {path} HTTP/1.1\r\nHost: {server.Http.Authority}\r\n{headers}", Cancel);
}
