using System.Net.WebSockets;
using Segmentation.Gateway.Tests.Access;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Gateway.Tests.Rest;

namespace Segmentation.Gateway.Tests.SignIn;

/// <summary>Pages of other sites in a browser whose person is signed in can do nothing.</summary>
public sealed class OtherSitesTests : IDisposable
{
    private const string Other = "https://app.example";

    private readonly KeyRingFile _keys = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _keys.Dispose();

    /// <summary>Also where pages of the site may use the server: they bring a credential of their own.</summary>
    [Theory]
    [InlineData("", Other, "cross-site", 403)]
    [InlineData(Other, Other, "cross-site", 401)]
    [InlineData("*", Other, "cross-site", 401)]
    [InlineData("*", Other, "same-site", 401)]
    [InlineData("*", Other, null, 401)]
    [InlineData("*", "null", "cross-site", 401)]
    [InlineData("*", null, "cross-site", 401)]
    [InlineData("*", "own", "same-origin", 200)]
    [InlineData("", "own", null, 200)]
    public async Task Cookie_InAnUploadOfAPage_IsTheCallerForOwnPagesOnly(
        string origins, string? origin, string? site, int status)
    {
        var key = await _keys.AddAsync("anna");
        await using var host = await GatewayHost.StartAsync(options: [_keys.Option, ("Segmentation:Cors:Origins", origins)]);
        using var person = new Person(host);
        using var signedIn = await person.SignInAsync(key);
        using var client = host.Client();
        var request = Http.Request(HttpMethod.Post, "/v1/images", Http.Bytes(Requests.File), ("Cookie", person.Cookie));
        Add(request, origin == "own" ? $"http://{host.Addresses.Http.Authority}" : origin, site);

        using var answer = await client.SendAsync(request, Cancel);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(status == 200, host.Store.Contains(Requests.KeyOf(Requests.File, "anna")));
    }

    [Theory]
    [InlineData("cross-site", 401)]
    [InlineData("same-site", 401)]
    [InlineData("same-origin", 200)]
    [InlineData("none", 200)]
    public async Task Cookie_InAReadOfAPage_IsTheCallerForOwnPagesOnly(string site, int status)
    {
        var key = await _keys.AddAsync("anna");
        await using var host = await GatewayHost.StartAsync(options: [_keys.Option, ("Segmentation:Cors:Origins", "*")]);
        using var person = new Person(host);
        using var signedIn = await person.SignInAsync(key);
        using var client = host.Client();

        using var answer = await client.SendAsync(
            Http.Request(HttpMethod.Get, "/v1/model", null, ("Cookie", person.Cookie), ("Sec-Fetch-Site", site)), Cancel);

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("*", Other, "cross-site", false)]
    [InlineData(Other, Other, null, false)]
    [InlineData("", "own", "same-origin", true)]
    public async Task Cookie_InALiveSessionOfAPage_IsTheCallerForOwnPagesOnly(
        string origins, string origin, string? site, bool allowed)
    {
        var key = await _keys.AddAsync("anna");
        await using var host = await GatewayHost.StartAsync(options: [_keys.Option, ("Segmentation:Cors:Origins", origins)]);
        using var person = new Person(host);
        using var signedIn = await person.SignInAsync(key);
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Cookie", person.Cookie);
        socket.Options.SetRequestHeader("Origin", origin == "own" ? $"http://{host.Addresses.Http.Authority}" : origin);
        if (site is not null)
        {
            socket.Options.SetRequestHeader("Sec-Fetch-Site", site);
        }

        var connecting = socket.ConnectAsync(new Uri($"ws://{host.Addresses.Http.Authority}/v1/session"), Cancel);

        await ((Task)connecting).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        Assert.Equal(allowed, connecting.IsCompletedSuccessfully);
    }

    /// <summary>Otherwise another page could let a person work, unknowingly, for somebody else's tenant.</summary>
    [Theory]
    [InlineData("", Other, "cross-site")]
    [InlineData("*", Other, "cross-site")]
    [InlineData("*", Other, null)]
    [InlineData(Other, Other, "cross-site")]
    [InlineData("*", null, "same-site")]
    public async Task SignInAndOut_ByAPageOfAnotherSite_AreRefusedWhateverOriginsAreListed(
        string origins, string? origin, string? site)
    {
        var key = await _keys.AddAsync("mallory");
        await using var host = await GatewayHost.StartAsync(options: [_keys.Option, ("Segmentation:Cors:Origins", origins)]);
        using var client = host.Client();
        var signIn = Http.Request(HttpMethod.Post, "/v1/sign-in", Http.Json($$"""{"key":"{{key}}"}"""));
        var signOut = Http.Request(HttpMethod.Post, "/v1/sign-out");
        Add(signIn, origin, site);
        Add(signOut, origin, site);

        using var signedIn = await client.SendAsync(signIn, Cancel);
        using var signedOut = await client.SendAsync(signOut, Cancel);

        Assert.Equal((403, 403), ((int)signedIn.StatusCode, (int)signedOut.StatusCode));
        Assert.False(signedIn.Headers.Contains("Set-Cookie"));
        Assert.False(signedOut.Headers.Contains("Set-Cookie"));
    }

    private static void Add(HttpRequestMessage request, string? origin, string? site)
    {
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        if (site is not null)
        {
            request.Headers.Add("Sec-Fetch-Site", site);
        }
    }
}
