using System.Net;
using System.Text.Json.Nodes;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Gateway.Tests.Rest;

namespace Segmentation.Gateway.Tests.SignIn;

/// <summary>A person's browser in front of a page of the server: it keeps cookies, and says whose page asks.</summary>
internal sealed class Person : IDisposable
{
    private readonly CookieContainer _cookies = new();
    private readonly HttpClientHandler _handler;

    public Person(GatewayHost host)
    {
        _handler = new HttpClientHandler { CookieContainer = _cookies, AllowAutoRedirect = false };
        Client = new HttpClient(_handler) { BaseAddress = host.Addresses.Http };
        Client.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-origin");
    }

    public HttpClient Client { get; }

    /// <summary>The cookie as it goes over the wire; empty without one.</summary>
    public string Cookie => _cookies.GetCookieHeader(Client.BaseAddress!);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Types a key.</summary>
    public async Task<HttpResponseMessage> SignInAsync(string key, params (string Name, string Value)[] headers) =>
        await Client.SendAsync(
            Http.Request(HttpMethod.Post, "/v1/sign-in", Http.Json($$"""{"key":"{{key}}"}"""), headers), Cancel);

    public Task<HttpResponseMessage> SignOutAsync() => Client.PostAsync("/v1/sign-out", null, Cancel);

    /// <summary>The state of signing in, as the server tells the person.</summary>
    public async Task<JsonNode> StateAsync() => JsonNode.Parse(await Client.GetStringAsync("/v1/sign-in", Cancel))!;

    public void Dispose()
    {
        Client.Dispose();
        _handler.Dispose();
    }
}
