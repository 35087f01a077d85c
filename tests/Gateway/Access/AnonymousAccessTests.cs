using Microsoft.Extensions.Options;
using Segmentation.Gateway.Access;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Gateway.Tests.Rest;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Tests.Access;

/// <summary>Servers without identity, and servers that trust a proxy.</summary>
public sealed class AnonymousAccessTests
{
    private static readonly (string, string) _everywhere = ("Segmentation:Endpoints:Address", "0.0.0.0");
    private static readonly (string, string) _anonymous = ("Segmentation:Identity:AllowAnonymous", "true");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_BeyondLoopbackWithoutIdentity_IsRefusedInASentence()
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(
            () => GatewayHost.StartAsync(options: _everywhere));

        var sentence = Assert.Single(exception.Failures);
        Assert.StartsWith("Segmentation:Identity:KeysFile must be given", sentence, StringComparison.Ordinal);
        Assert.Contains("0.0.0.0", sentence, StringComparison.Ordinal);
        Assert.Contains("segctl keys create", sentence, StringComparison.Ordinal);
        Assert.Contains("AllowAnonymous", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_BeyondLoopbackForEverybody_WarnsAndReadyzSaysSo()
    {
        await using var host = await GatewayHost.StartAsync(options: [_everywhere, _anonymous]);
        using var client = new HttpClient { BaseAddress = Loopback(host) };

        var ready = await client.GetStringAsync("/readyz", Cancel);
        var refused = await client.SendAsync(
            Http.Request(HttpMethod.Get, "/v1/model", null, ("x-segmentation-tenant", "anna")), Cancel).FailsAsync(403);
        using var allowed = await client.GetAsync("/v1/model", Cancel);

        Assert.Contains("Degraded", ready, StringComparison.Ordinal);
        Assert.Contains(host.Logs.Lines, line => line.Text == AccessNotice.Anonymous);
        Assert.Equal("TENANT_NOT_YOURS", refused.Reason());
        Assert.Equal(200, (int)allowed.StatusCode);
    }

    [Fact]
    public async Task Call_WithACredentialWhereNoneIsTaken_IsToldSo()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();

        var problem = await client.SendAsync(
            Http.Request(HttpMethod.Get, "/v1/model", null, ("x-api-key", "seg_abc")), Cancel).FailsAsync(401);

        Assert.Equal("CREDENTIAL_KIND", problem.Reason());
        Assert.Contains("Send none", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TenantHeader_OfATrustedProxy_IsBelievedAndMustBeThere()
    {
        await using var host = await GatewayHost.StartAsync(
            options: [_everywhere, ("Segmentation:Identity:TrustedProxies", "127.0.0.1")]);
        using var client = new HttpClient { BaseAddress = Loopback(host) };

        await client.SendAsync(
            Http.Request(HttpMethod.Post, "/v1/images", Http.Bytes(Requests.File), ("x-segmentation-tenant", "anna")), Cancel)
            .ReadAsync<Image>();
        var unnamed = await client.GetAsync("/v1/model", Cancel).FailsAsync(401);

        Assert.Equal("anna", Assert.Single(host.Encoder.Encoded).Tenant);
        Assert.Equal("TENANT_MISSING", unnamed.Reason());
    }

    [Fact]
    public async Task TenantHeader_OfAnAddressThatIsNoProxys_IsRefused()
    {
        await using var host = await GatewayHost.StartAsync(
            options: [_everywhere, ("Segmentation:Identity:TrustedProxies", "192.0.2.0/24")]);
        using var client = new HttpClient { BaseAddress = Loopback(host) };

        var problem = await client.SendAsync(
            Http.Request(HttpMethod.Get, "/v1/model", null, ("x-segmentation-tenant", "anna")), Cancel).FailsAsync(401);

        Assert.Equal("CREDENTIAL_MISSING", problem.Reason());
    }

    private static Uri Loopback(GatewayHost host) => new UriBuilder(host.Addresses.Http) { Host = "127.0.0.1" }.Uri;
}
