using Segmentation.Identity;

namespace Segmentation.Security.Tests;

/// <summary>
/// Every RPC and every route of a running server, on every way to it, with every credential that is wrong.
/// </summary>
public sealed class CredentialMatrixTests(SecuredStandalone server) : IClassFixture<SecuredStandalone>
{
    // Whoever adds an RPC or a route here lets strangers in.
    private static readonly string[] _open =
    [
        "/v1/server", "/v1/sign-in", "/v1/sign-out",
        "/grpc.health.v1.Health/Check", "/grpc.health.v1.Health/Watch",
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Endpoints_OfTheServer_AreAllRpcsAndRoutes()
    {
        var endpoints = await ServedEndpoints.OfAsync(server, Cancel);

        Assert.All(Enum.GetValues<Way>(), way => Assert.Contains(endpoints, endpoint => endpoint.Way == way));
        Assert.True(endpoints.Count > 50, $"{endpoints.Count} endpoints");
        Assert.Contains(new Endpoint(Way.Grpc, "POST", "/segmentation.v1.SegmentationService/SegmentStream"), endpoints);
        Assert.Contains(new Endpoint(Way.WebSocket, "GET", "/v1/session"), endpoints);
    }

    [Fact]
    public async Task Endpoints_WithAWrongCredential_RefuseInTheSameWordsBeforeAnyBody()
    {
        var endpoints = await ClosedAsync();
        List<string> problems = [];
        foreach (var credential in Credential.Wrong(server.Keys))
        {
            foreach (var endpoint in endpoints)
            {
                problems.AddRange(await ProblemsAsync(endpoint, credential));
            }
        }

        Assert.Empty(problems);
        await LogIsCleanAsync();
    }

    [Fact]
    public async Task Endpoints_WithAKeyThatLacksAScope_NameItAndTakeNoOtherForIt()
    {
        var none = Credential.WithoutScope("no scope", server.Keys.WithoutScopes);
        List<string> problems = [];
        foreach (var endpoint in (await ClosedAsync())
            .Where(endpoint => !ServedEndpoints.OfAnyCaller.Contains(endpoint.Path)))
        {
            if (await Asking.AskAsync(server, endpoint, none.Headers, Cancel) is not { } refusal)
            {
                problems.Add($"{endpoint} waited for a body of a caller without a scope");
                continue;
            }

            if (endpoint.Way == Way.WebSocketOverHttp2)
            {
                Assert.Equal(403, refusal.Http);
                continue;
            }

            problems.AddRange(refusal.Against(none) is { } problem ? [$"{endpoint} {problem}"] : Array.Empty<string>());
            var scope = Scopes.Names.SingleOrDefault(name => refusal.Message.Contains($"'{name}'", StringComparison.Ordinal));
            problems.AddRange(scope is null
                ? [$"{endpoint} names no scope: {refusal.Message}"]
                : await ProblemsAsync(endpoint, Credential.WithoutScope($"all but {scope}", server.Keys.AllBut[scope])));
        }

        Assert.Empty(problems);
        await LogIsCleanAsync();
    }

    /// <summary>Somebody with a right key who tries others' names is the most telling event of the log.</summary>
    [Fact]
    public async Task TenantHeader_OfAnotherTenant_IsAuditedWithTheKeysHolder()
    {
        var address = RawConnection.NextAddress();
        var credential = Credential.Wrong(server.Keys).Single(one => one.Reason == "TENANT_NOT_YOURS");

        await Asking.AskAsync(server, new(Way.Rest, "GET", "/v1/model"), credential.Headers, Cancel, address);

        var line = await server.Log.FindAsync(text => text.Contains($"from {address}", StringComparison.Ordinal), Cancel);
        Assert.Contains("access.refuse GET /v1/model: TENANT_NOT_YOURS; tenant anna,", line, StringComparison.Ordinal);
        Assert.Contains($"credential key:{server.Keys.OfAnna.Split('_')[1]},", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endpoints_OpenToAll_AreThoseOfTheList()
    {
        List<string> open = [];
        foreach (var endpoint in await ServedEndpoints.OfAsync(server, Cancel))
        {
            // An open stream answers when something is sent, which never happens here.
            var answer = await Asking.AskAsync(server, endpoint, [], Cancel, wait: TimeSpan.FromSeconds(2));
            if (answer?.IsRefusal != true)
            {
                open.Add(endpoint.Path);
            }
        }

        Assert.Equal(_open.Order(StringComparer.Ordinal), open.Distinct().Order(StringComparer.Ordinal));
    }

    private async Task<IReadOnlyList<Endpoint>> ClosedAsync() =>
        [.. (await ServedEndpoints.OfAsync(server, Cancel)).Where(endpoint => !_open.Contains(endpoint.Path))];

    private async Task<IEnumerable<string>> ProblemsAsync(Endpoint endpoint, Credential credential)
    {
        var refusal = await Asking.AskAsync(server, endpoint, credential.Headers, Cancel);
        if (refusal is null)
        {
            return [$"{endpoint} with {credential.Name} waited for the body"];
        }

        // The client of WebSockets over HTTP/2 does not give a failed answer's body.
        refusal = endpoint.Way == Way.WebSocketOverHttp2 ? refusal with { Reason = credential.Reason } : refusal;
        var told = server.Keys.Secrets.Any(secret => refusal.Message.Contains(secret, StringComparison.Ordinal));
        return refusal.Against(credential) is { } problem ? [$"{endpoint} {problem}"]
            : told ? [$"{endpoint} with {credential.Name} repeats a secret: {refusal.Message}"]
            : [];
    }

    private async Task LogIsCleanAsync()
    {
        // The log is written by another thread: what came before this line is there once the line is.
        var address = RawConnection.NextAddress();
        await Asking.AskAsync(server, new(Way.Rest, "GET", "/v1/model"), [], Cancel, address);
        await server.Log.FindAsync(line => line.Contains($"from {address}", StringComparison.Ordinal), Cancel);
        Assert.Empty(server.Log.Faults(server.Keys.Secrets));
    }
}
