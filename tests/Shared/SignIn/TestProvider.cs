using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Segmentation.Tests.Shared;

/// <summary>
/// A small OpenID Connect provider on loopback: authorization code flow, which it refuses without PKCE. Its page asks
/// whether one wants to go on; its token says <see cref="Claims"/>.
/// </summary>
internal sealed class TestProvider : IAsyncDisposable
{
    /// <summary>The one client that it knows.</summary>
    public const string ClientId = "segmentation-studio";

    private const string KeyId = "one";

    private readonly RSA _key = RSA.Create(2048);
    private readonly ConcurrentDictionary<string, (string Challenge, string? Nonce)> _codes = new();
    private readonly WebApplication _app;

    private TestProvider()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.AddServerHeader = false);
        _app = builder.Build();
        _app.MapGet("/.well-known/openid-configuration", Configuration);
        _app.MapGet("/keys", Keys);
        _app.MapGet("/authorize", Authorize);
        _app.MapPost("/token", TokenAsync);
    }

    /// <summary>Claims of the ID token besides those that every one has.</summary>
    public Dictionary<string, string> Claims { get; } = new()
    {
        ["sub"] = "anna@example", ["tenant"] = "anna", ["scope"] = "segment upload read delete everything models",
    };

    /// <summary>Its address, without a slash at the end.</summary>
    public string Authority => _app.Urls.First();

    /// <summary>The options with which a server sends people here.</summary>
    public IEnumerable<(string Key, string Value)> Options =>
    [
        ("Segmentation:Identity:Studio:Oidc:Authority", Authority),
        ("Segmentation:Identity:Studio:Oidc:ClientId", ClientId),
        ("Segmentation:Identity:Studio:Oidc:Name", "Example"),
    ];

    /// <summary>Starts it on a port of the system's choice.</summary>
    public static async Task<TestProvider> StartAsync(CancellationToken cancellationToken)
    {
        var provider = new TestProvider();
        await provider._app.StartAsync(cancellationToken);
        return provider;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
    }

    private static string Base64Url(byte[] bytes) => WebEncoders.Base64UrlEncode(bytes);

    private Dictionary<string, object> Configuration() => new()
    {
        ["issuer"] = Authority,
        ["authorization_endpoint"] = $"{Authority}/authorize",
        ["token_endpoint"] = $"{Authority}/token",
        ["jwks_uri"] = $"{Authority}/keys",
        ["response_types_supported"] = new[] { "code" },
        ["subject_types_supported"] = new[] { "public" },
        ["id_token_signing_alg_values_supported"] = new[] { "RS256" },
    };

    private object Keys()
    {
        var key = _key.ExportParameters(false);
        var (n, e) = (Base64Url(key.Modulus!), Base64Url(key.Exponent!));
        return new { keys = new[] { new { kty = "RSA", use = "sig", alg = "RS256", kid = KeyId, n, e } } };
    }

    /// <summary>Asks the person; both links lead back to the server that sent the browser here.</summary>
    private IResult Authorize(HttpRequest request)
    {
        var query = request.Query;
        if (query["client_id"] != ClientId || query["response_type"] != "code" || query["code_challenge_method"] != "S256")
        {
            return Results.BadRequest("Another client, or no PKCE.");
        }

        var code = Base64Url(RandomNumberGenerator.GetBytes(16));
        _codes[code] = (query["code_challenge"].ToString(), query["nonce"]);
        var back = query["redirect_uri"].ToString();
        var state = query["state"].ToString();
        var yes = QueryHelpers.AddQueryString(back, new Dictionary<string, string?> { ["code"] = code, ["state"] = state });
        var no = QueryHelpers.AddQueryString(
            back, new Dictionary<string, string?> { ["error"] = "access_denied", ["state"] = state });
        return Results.Content(
            $"""<!doctype html><title>Example</title><h1>Example</h1><a id="yes" href="{WebUtility.HtmlEncode(yes)}">Continue</a> <a id="no" href="{WebUtility.HtmlEncode(no)}">Cancel</a>""",
            "text/html");
    }

    private async Task<IResult> TokenAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        var verifier = Base64Url(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
        if (!_codes.TryRemove(form["code"].ToString(), out var issued) || issued.Challenge != verifier)
        {
            return Results.BadRequest(new { error = "invalid_grant" });
        }

        return Results.Json(new
        {
            access_token = "opaque",
            token_type = "Bearer",
            expires_in = 300,
            id_token = IdToken(issued.Nonce),
        });
    }

    private string IdToken(string? nonce)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var claims = new Dictionary<string, object?>
        {
            ["iss"] = Authority,
            ["aud"] = ClientId,
            ["iat"] = now,
            ["nbf"] = now,
            ["exp"] = now + 300,
            ["nonce"] = nonce,
        };
        foreach (var (name, value) in Claims)
        {
            claims[name] = value;
        }

        var head = Base64Url(JsonSerializer.SerializeToUtf8Bytes(new { alg = "RS256", typ = "JWT", kid = KeyId }));
        var signed = $"{head}.{Base64Url(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        var signature = _key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{signed}.{Base64Url(signature)}";
    }
}
