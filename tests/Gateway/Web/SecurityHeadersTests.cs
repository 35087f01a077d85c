using System.Text.RegularExpressions;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Gateway.Tests.Rest;

namespace Segmentation.Gateway.Tests.Web;

public sealed partial class SecurityHeadersTests
{
    private const string DataPolicy = "default-src 'none'; frame-ancestors 'none'";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/v1/model")]
    [InlineData("/v1/sign-in")]
    [InlineData("/v1/nothing")]
    [InlineData("/v1/images/x")]
    [InlineData("/readyz")]
    public async Task Data_AsAPage_RunsNothingAndIsInNoFrame(string path)
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();

        using var answer = await client.GetAsync(path, Cancel);

        Assert.Equal(DataPolicy, Header(answer, "Content-Security-Policy"));
        Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
        Assert.Equal("no-referrer", Header(answer, "Referrer-Policy"));
        Assert.Contains("camera=()", Header(answer, "Permissions-Policy"), StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
    }

    [Theory]
    [InlineData("https://segmentation.example", "segmentation.example", true)]
    [InlineData("https://segmentation.example", "localhost", false)]
    [InlineData("http://segmentation.example", "segmentation.example", false)]
    public async Task TransportSecurity_WhereBrowsersComeByHttps_IsStrict(string url, string name, bool strict)
    {
        await using var host = await GatewayHost.StartAsync(
            options: [("Segmentation:Identity:Studio:PublicUrl", url), ("Segmentation:Hosts:Allowed", "*")]);
        using var client = host.Client();
        var request = Http.Request(HttpMethod.Get, "/v1/model");
        request.Headers.Host = name;

        using var answer = await client.SendAsync(request, Cancel);

        Assert.Equal(strict, answer.Headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public async Task Docs_InTheirPage_HaveNoScriptThatTheirPolicyDoesNotName()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();

        using var answer = await client.GetAsync("/docs/index.html", Cancel);

        var policy = Header(answer, "Content-Security-Policy");
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        var inline = Inline().Matches(await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(2, inline.Count);
        Assert.All(inline, element => Assert.Contains(
            $"'sha256-{Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(element.Groups[2].Value)))}'",
            policy,
            StringComparison.Ordinal));
    }

    private static string Header(HttpResponseMessage answer, string name) => Assert.Single(answer.Headers.GetValues(name));

    [GeneratedRegex("<(script|style)>(.*?)</\\1>", RegexOptions.Singleline)]
    private static partial Regex Inline();
}
