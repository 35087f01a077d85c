using System.Net;

namespace Segmentation.Security.Tests;

/// <summary>A server behind a trusted proxy, and callers that pretend to be one.</summary>
public sealed class ProxyTests(ProxyTests.Proxied server) : IClassFixture<ProxyTests.Proxied>
{
    private static readonly IPAddress _proxy = IPAddress.Parse("127.250.0.1");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tenant_NamedByTheProxy_IsBelievedAndByAnybodyElseRefused()
    {
        var proxied = await AskAsync(_proxy, "x-segmentation-tenant: bert");
        var stranger = await AskAsync(null, "x-segmentation-tenant: bert");
        var liar = await AskAsync(null, "x-segmentation-tenant: bert\r\nX-Forwarded-For: 127.250.0.1\r\nVia: 1.1 127.250.0.1");
        var unnamed = await AskAsync(_proxy, "X-Forwarded-For: 192.0.2.1");

        Assert.Equal(200, proxied.Status);
        Assert.Equal((401, "CREDENTIAL_MISSING"), (stranger.Status, ReasonOf(stranger)));
        Assert.Equal((401, "CREDENTIAL_MISSING"), (liar.Status, ReasonOf(liar)));
        Assert.Equal((401, "TENANT_MISSING"), (unnamed.Status, ReasonOf(unnamed)));
    }

    [Fact]
    public async Task Address_SaidByTheProxy_IsTheOneThatItAdded()
    {
        await AskAsync(_proxy, "X-Forwarded-For: 198.51.100.66, 192.0.2.7\r\nx-api-key: bad");
        await AskAsync(_proxy, "X-Forwarded-For: 198.51.100.66\r\nX-Forwarded-For: 192.0.2.8\r\nx-api-key: bad");
        var address = RawConnection.NextAddress();
        await AskAsync(address, "X-Forwarded-For: 198.51.100.66\r\nx-api-key: bad");

        await server.Log.FindAsync(line => line.Contains("from 192.0.2.7,", StringComparison.Ordinal), Cancel);
        await server.Log.FindAsync(line => line.Contains("from 192.0.2.8,", StringComparison.Ordinal), Cancel);
        await server.Log.FindAsync(line => line.Contains($"from {address},", StringComparison.Ordinal), Cancel);
        Assert.DoesNotContain(server.Log.Lines, line => line.Contains("198.51.100.66", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WrongKeys_WithAnotherForwardedAddressEach_AreCountedForTheConnectionsAddress()
    {
        var address = RawConnection.NextAddress();
        RawAnswer answer;
        var count = 0;
        do
        {
            answer = await AskAsync(address, $"X-Forwarded-For: 203.0.113.{++count}\r\nx-api-key: {server.Keys.Unknown}");
        }
        while (answer.Status == 401 && count < 100);

        Assert.Equal((429, "TOO_MANY_WRONG_CREDENTIALS"), (answer.Status, ReasonOf(answer)));
    }

    private static string ReasonOf(RawAnswer answer) => EndpointAnswer.OfRest(answer.Status, null, answer.Body).Reason;

    private Task<RawAnswer> AskAsync(IPAddress? from, string headers) => RawConnection.AskAsync(
        server.Http, $"GET /v1/model HTTP/1.1\r\nHost: {server.Http.Authority}\r\n{headers}", Cancel, from);

    /// <summary>A server that trusts one address, which any test may come from.</summary>
    public sealed class Proxied : SecuredStandalone
    {
        internal override IEnumerable<string> Options => [$"Identity:TrustedProxies={_proxy}"];
    }
}
