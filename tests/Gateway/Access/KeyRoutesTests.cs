using System.Text.Json;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Gateway.Tests.Rest;
using Segmentation.Identity;

namespace Segmentation.Gateway.Tests.Access;

/// <summary>The list of a tenant's keys.</summary>
public sealed class KeyRoutesTests : IDisposable
{
    private readonly KeyRingFile _keys = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _keys.Dispose();

    [Fact]
    public async Task Get_ByAnAdministrator_ListsTheKeysOfTheTenantWithoutSecrets()
    {
        var (admin, user) = (await _keys.AddAsync("anna", Scope.Admin), await _keys.AddAsync("anna"));
        var (unused, other) = (await _keys.AddAsync("anna"), await _keys.AddAsync("bert"));
        await using var host = await GatewayHost.StartAsync(options: _keys.Option);
        await GetAsync(host, "/v1/model", user);

        var text = await GetAsync(host, "/v1/keys", admin);

        using var json = JsonDocument.Parse(text);
        var used = json.RootElement.GetProperty("keys").EnumerateArray().ToDictionary(
            key => key.GetProperty("id").GetString()!, key => key.GetProperty("lastUsed").ValueKind);
        Assert.Equal(
            new[] { admin, user, unused }.Select(KeyRingFile.IdOf).Order(), used.Keys.Order());
        Assert.Equal(JsonValueKind.String, used[KeyRingFile.IdOf(user)]);
        Assert.Equal(JsonValueKind.Null, used[KeyRingFile.IdOf(unused)]);
        Assert.DoesNotContain(KeyRingFile.IdOf(other), text, StringComparison.Ordinal);
        Assert.DoesNotContain("hash", text, StringComparison.OrdinalIgnoreCase);
        Assert.All([admin, user], key => Assert.DoesNotContain(key[14..], text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Get_WithoutTheScope_IsRefused()
    {
        var user = await _keys.AddAsync("anna");
        await using var host = await GatewayHost.StartAsync(options: _keys.Option);
        using var client = host.Client();

        var problem = await client.SendAsync(
            Http.Request(HttpMethod.Get, "/v1/keys", null, ("x-api-key", user)), Cancel).FailsAsync(403);

        Assert.Contains("'admin'", problem.Message, StringComparison.Ordinal);
    }

    private static async Task<string> GetAsync(GatewayHost host, string path, string key)
    {
        using var client = host.Client();
        using var answer = await client.SendAsync(Http.Request(HttpMethod.Get, path, null, ("x-api-key", key)), Cancel);
        Assert.Equal(200, (int)answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(Cancel);
    }
}
