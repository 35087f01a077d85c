using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Gateway.Tests.Rest;
using Segmentation.Protocol.V1;
using Segmentation.Tests.Shared;

namespace Segmentation.Gateway.Tests.SignIn;

/// <summary>Sessions of people whom an OpenID Connect provider vouches for.</summary>
public sealed partial class ProviderSessionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SignIn_AtTheProvider_GivesASessionOfTheTokensTenant()
    {
        await using var provider = await TestProvider.StartAsync(Cancel);
        await using var host = await GatewayHost.StartAsync(options: [.. provider.Options]);
        using var person = new Person(host);
        var before = await person.StateAsync();

        using var asked = await person.Client.GetAsync("/v1/sign-in/oidc", Cancel);
        var done = await BackAsync(person, asked, "yes");

        Assert.Equal(
            """{"required":true,"kinds":["oidc"],"provider":"Example","person":null,"reason":"CREDENTIAL_MISSING"}""",
            before.ToJsonString());
        var location = asked.Headers.Location!.ToString();
        Assert.StartsWith(provider.Authority, location, StringComparison.Ordinal);
        Assert.Contains("code_challenge_method=S256", location, StringComparison.Ordinal);
        Assert.All(asked.Headers.GetValues("Set-Cookie"), cookie =>
        {
            Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        });
        Assert.Equal("/signed-in.html", done);
        await person.Client.PostAsync("/v1/images", Http.Bytes(Requests.File), Cancel).ReadAsync<Image>();
        Assert.Equal("anna", Assert.Single(host.Encoder.Encoded).Tenant);
        Assert.Equal("anna@example", (await person.StateAsync())["person"]!["subject"]!.GetValue<string>());
        Assert.Contains(host.Logs.Lines, line => line.Text.StartsWith(
            "audit session.sign-in oidc: ok; tenant anna, subject anna@example, credential token:anna@example, from 127.0.0.1",
            StringComparison.Ordinal));
    }

    [Fact]
    public async Task SignIn_OfATokenWithoutATenant_SignsNobodyInAndSaysWhy()
    {
        await using var provider = await TestProvider.StartAsync(Cancel);
        provider.Claims["tenant"] = "Anna Ltd";
        await using var host = await GatewayHost.StartAsync(options: [.. provider.Options]);
        using var person = new Person(host);

        using var asked = await person.Client.GetAsync("/v1/sign-in/oidc", Cancel);
        var done = await BackAsync(person, asked, "yes");

        Assert.Equal("/signed-in.html#TOKEN_WITHOUT_TENANT", done);
        Assert.Null((await person.StateAsync())["person"]);
        Assert.Contains(host.Logs.Lines, line => line.Text.StartsWith(
            "audit session.sign-in oidc: TOKEN_WITHOUT_TENANT;", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SignIn_CancelledAtTheProvider_SaysSo()
    {
        await using var provider = await TestProvider.StartAsync(Cancel);
        await using var host = await GatewayHost.StartAsync(options: [.. provider.Options]);
        using var person = new Person(host);

        using var asked = await person.Client.GetAsync("/v1/sign-in/oidc", Cancel);

        Assert.Equal("/signed-in.html#OIDC_DENIED", await BackAsync(person, asked, "no"));
    }

    /// <summary>A code that another person got, with which a page could sign this one in as somebody else.</summary>
    [Fact]
    public async Task Answer_ToAnotherBrowser_SignsNobodyIn()
    {
        await using var provider = await TestProvider.StartAsync(Cancel);
        await using var host = await GatewayHost.StartAsync(options: [.. provider.Options]);
        using var mallory = new Person(host);
        using var person = new Person(host);
        using var asked = await mallory.Client.GetAsync("/v1/sign-in/oidc", Cancel);
        var link = await LinkAsync(asked, "yes");

        using var answer = await person.Client.GetAsync(link, Cancel);

        Assert.Equal("/signed-in.html#OIDC_FAILED", $"{answer.Headers.Location}");
        Assert.Null((await person.StateAsync())["person"]);
    }

    [Fact]
    public async Task Answer_WithACodeThatTheProviderDidNotGive_SignsNobodyInAndIsNoErrorOfTheServer()
    {
        await using var provider = await TestProvider.StartAsync(Cancel);
        await using var host = await GatewayHost.StartAsync(options: [.. provider.Options]);
        using var person = new Person(host);
        using var asked = await person.Client.GetAsync("/v1/sign-in/oidc", Cancel);
        var link = new Uri(await LinkAsync(asked, "yes"));
        var state = QueryHelpers.ParseQuery(link.Query)["state"].ToString();

        using var answer = await person.Client.GetAsync(
            QueryHelpers.AddQueryString(link.GetLeftPart(UriPartial.Path), new Dictionary<string, string?>
            {
                ["code"] = "made-up", ["state"] = state,
            }),
            Cancel);

        Assert.Equal("/signed-in.html#OIDC_FAILED", $"{answer.Headers.Location}");
        Assert.Null((await person.StateAsync())["person"]);
    }

    [Theory]
    [InlineData("?code=abc&state=def")]
    [InlineData("?error=server_error")]
    [InlineData("")]
    public async Task Answer_ThatNobodyAskedFor_SignsNobodyIn(string query)
    {
        await using var provider = await TestProvider.StartAsync(Cancel);
        await using var host = await GatewayHost.StartAsync(options: [.. provider.Options]);
        using var person = new Person(host);

        using var answer = await person.Client.GetAsync($"/v1/sign-in/oidc/callback{query}", Cancel);

        Assert.Equal("/signed-in.html#OIDC_FAILED", $"{answer.Headers.Location}");
    }

    [Fact]
    public async Task SignIn_WhileTheProviderIsAway_SaysSo()
    {
        var provider = await TestProvider.StartAsync(Cancel);
        await using var host = await GatewayHost.StartAsync(options: [.. provider.Options]);
        await provider.DisposeAsync();
        using var person = new Person(host);

        using var answer = await person.Client.GetAsync("/v1/sign-in/oidc", Cancel);

        Assert.Equal("/signed-in.html#OIDC_UNREACHABLE", $"{answer.Headers.Location}");
    }

    [Fact]
    public async Task SignIn_BehindAProxyThatEndsTls_UsesThePublicAddress()
    {
        await using var provider = await TestProvider.StartAsync(Cancel);
        await using var host = await GatewayHost.StartAsync(
            options: [.. provider.Options, ("Segmentation:Identity:Studio:PublicUrl", "https://segmentation.example")]);
        using var person = new Person(host);

        using var asked = await person.Client.GetAsync("/v1/sign-in/oidc", Cancel);

        Assert.Contains(
            $"redirect_uri={WebUtility.UrlEncode("https://segmentation.example/v1/sign-in/oidc/callback")}",
            asked.Headers.Location!.ToString(),
            StringComparison.OrdinalIgnoreCase);
        Assert.All(
            asked.Headers.GetValues("Set-Cookie"),
            cookie => Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase));
    }

    private static async Task<string> BackAsync(Person person, HttpResponseMessage asked, string link)
    {
        using var answer = await person.Client.GetAsync(await LinkAsync(asked, link), Cancel);
        return $"{answer.Headers.Location}";
    }

    /// <summary>A link of the provider's page, which leads back to the server.</summary>
    private static async Task<string> LinkAsync(HttpResponseMessage asked, string id)
    {
        using var client = new HttpClient();
        var page = await client.GetStringAsync(asked.Headers.Location, Cancel);
        return WebUtility.HtmlDecode(Links().Matches(page).Single(match => match.Groups[1].Value == id).Groups[2].Value);
    }

    [GeneratedRegex("<a id=\"(\\w+)\" href=\"([^\"]+)\"")]
    private static partial Regex Links();
}
