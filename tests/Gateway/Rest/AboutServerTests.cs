using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;
using Segmentation.Gateway.Tests.Access;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Identity;

namespace Segmentation.Gateway.Tests.Rest;

/// <summary>What a server tells of itself: to everybody, and to callers that it knows.</summary>
public sealed class AboutServerTests : IDisposable
{
    private readonly KeyRingFile _keys = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _keys.Dispose();

    [Fact]
    public async Task About_OfAKeysHolder_HasVersionTimesAndScopes()
    {
        var key = await _keys.AddAsync("anna", Scope.Segment | Scope.Upload);
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(60));
        await using var host = await GatewayHost.StartAsync(
            services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock)), options: _keys.Option);
        var started = clock.GetUtcNow();
        clock.Advance(TimeSpan.FromMinutes(3));

        using var about = JsonDocument.Parse(await GetAsync(host, "/v1/about", key));

        var root = about.RootElement;
        Assert.Matches("^[0-9]+[.][0-9]+[.][0-9]+", root.GetProperty("version").GetString());
        Assert.Equal(started, root.GetProperty("started").GetDateTimeOffset());
        Assert.Equal(started.AddMinutes(3), root.GetProperty("time").GetDateTimeOffset());
        Assert.Equal("anna", root.GetProperty("tenant").GetString());
        Assert.Equal(["segment", "upload"], root.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()));
        Assert.Equal(JsonValueKind.Null, root.GetProperty("expires").ValueKind);
        Assert.DoesNotContain(key[14..], root.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task About_OfAStranger_IsRefusedWithoutTheVersion()
    {
        await _keys.AddAsync("anna");
        await using var host = await GatewayHost.StartAsync(options: _keys.Option);
        using var client = host.Client();

        var problem = await client.GetAsync("/v1/about", Cancel).FailsAsync(401);

        Assert.Equal("CREDENTIAL_MISSING", problem.Reason());
    }

    [Fact]
    public async Task Server_OfAStranger_HasPortsAndTimeOnly()
    {
        await _keys.AddAsync("anna");
        await using var host = await GatewayHost.StartAsync(options: _keys.Option);

        using var server = JsonDocument.Parse(await GetAsync(host, "/v1/server", key: null));

        Assert.Equal(
            ["grpcPort", "httpPort", "time"], server.RootElement.EnumerateObject().Select(property => property.Name));
        Assert.Equal(host.Addresses.Grpc.Port, server.RootElement.GetProperty("grpcPort").GetInt32());
        var difference = TimeProvider.System.GetUtcNow() - server.RootElement.GetProperty("time").GetDateTimeOffset();
        Assert.InRange(difference.TotalMinutes, -1, 1);
    }

    private static async Task<string> GetAsync(GatewayHost host, string path, string? key)
    {
        using var client = host.Client();
        (string, string)[] headers = key is null ? [] : [("x-api-key", key)];
        using var answer = await client.SendAsync(Http.Request(HttpMethod.Get, path, null, headers), Cancel);
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        return await answer.Content.ReadAsStringAsync(Cancel);
    }
}
