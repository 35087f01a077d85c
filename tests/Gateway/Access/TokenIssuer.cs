using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Segmentation.Gateway.Tests.Access;

/// <summary>An OpenID Connect provider on loopback: discovery document, keys, and tokens of all kinds.</summary>
internal sealed class TokenIssuer : IAsyncDisposable
{
    public const string Audience = "segmentation";

    private readonly WebApplication _app;
    private RsaSecurityKey _key = NewKey("first");

    private TokenIssuer(WebApplication app) => _app = app;

    /// <summary>The provider's address, which its tokens name as issuer.</summary>
    public string Authority { get; private set; } = "";

    /// <summary>Answers 503 to everything while set.</summary>
    public bool IsDown { get; set; }

    /// <summary>Requests for the keys.</summary>
    public int KeysRead { get; private set; }

    /// <summary>Options of a gateway that takes these tokens.</summary>
    public (string Key, string Value)[] Options =>
    [
        ("Segmentation:Identity:Jwt:Authority", Authority), ("Segmentation:Identity:Jwt:Audience", Audience),
    ];

    /// <summary>The public key as others have it.</summary>
    public byte[] PublicKey => _key.Rsa.ExportSubjectPublicKeyInfo();

    public static async Task<TokenIssuer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var issuer = new TokenIssuer(builder.Build());
        await issuer.ServeAsync();
        return issuer;
    }

    /// <summary>Signs with another key from now on.</summary>
    public void ChangeKey(string id) => _key = NewKey(id);

    /// <summary>A token.</summary>
    /// <param name="lifetime">Time until it expires; below zero for one that has expired.</param>
    /// <param name="claims">Claims that replace the usual ones; null leaves one out.</param>
    /// <param name="signing">The signature; null for the provider's own.</param>
    public string Token(
        TimeSpan? lifetime = null, Dictionary<string, object?>? claims = null, SigningCredentials? signing = null)
    {
        var expires = TimeProvider.System.GetUtcNow() + (lifetime ?? TimeSpan.FromMinutes(5));
        var all = new Dictionary<string, object?>
        {
            ["iss"] = Authority,
            ["aud"] = Audience,
            ["sub"] = "user-7",
            ["tenant"] = "anna",
            ["scope"] = "openid segment upload",
        };
        foreach (var (name, value) in claims ?? [])
        {
            all[name] = value;
        }

        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Claims = all
                .Where(claim => claim.Value is not null)
                .ToDictionary(claim => claim.Key, claim => claim.Value!),
            NotBefore = expires.UtcDateTime.AddHours(-2),
            IssuedAt = expires.UtcDateTime.AddHours(-2),
            Expires = expires.UtcDateTime,
            SigningCredentials = signing ?? new SigningCredentials(_key, SecurityAlgorithms.RsaSha256),
        });
    }

    /// <summary>A token of claims as they are.</summary>
    public string Sign(string claims) =>
        new JsonWebTokenHandler().CreateToken(claims, new SigningCredentials(_key, SecurityAlgorithms.RsaSha256));

    /// <summary>A key that the provider does not publish, with the id of the one that it does.</summary>
    public static SigningCredentials Forged(string id) => new(NewKey(id), SecurityAlgorithms.RsaSha256);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static RsaSecurityKey NewKey(string id) => new(RSA.Create(2048)) { KeyId = id };

    private async Task ServeAsync()
    {
        _app.MapGet("/.well-known/openid-configuration", () => IsDown ? Results.StatusCode(503) : Results.Json(new
        {
            issuer = Authority,
            jwks_uri = $"{Authority}/keys",
            authorization_endpoint = $"{Authority}/authorize",
            token_endpoint = $"{Authority}/token",
        }));
        _app.MapGet("/keys", () =>
        {
            KeysRead++;
            var published = new RsaSecurityKey(_key.Rsa.ExportParameters(includePrivateParameters: false));
            var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(published);
            return IsDown ? Results.StatusCode(503) : Results.Json(new
            {
                keys = new[]
                {
                    new { kty = "RSA", use = "sig", alg = "RS256", kid = _key.KeyId, n = key.N, e = key.E },
                },
            });
        });
        await _app.StartAsync(TestContext.Current.CancellationToken);
        Authority = _app.Urls.First();
    }
}
