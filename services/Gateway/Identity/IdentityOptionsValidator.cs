using System.Net;
using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;
using Segmentation.Identity;
using Segmentation.ServiceDefaults.Hosting;

namespace Segmentation.Gateway.Identity;

/// <summary>
/// Checks <see cref="IdentityOptions"/> at start, among them the rule that a server without identity is reached from
/// its own machine only.
/// </summary>
internal sealed class IdentityOptionsValidator(IOptions<EndpointOptions> endpoints) : IValidateOptions<IdentityOptions>
{
    public ValidateOptionsResult Validate(string? name, IdentityOptions options)
    {
        var jwt = options.Jwt;
        var certificates = options.ClientCertificates;
        var address = PublicAddress();
        var hasJwt = jwt.Authority.Length > 0;
        return new OptionChecks(IdentityOptions.Section)
            .Require(
                AddressList.Parse(options.TrustedProxies) is not null,
                nameof(options.TrustedProxies),
                options.TrustedProxies,
                AddressList.Rule)
            .Require(
                !hasJwt || IsAuthority(jwt.Authority),
                $"{nameof(options.Jwt)}:{nameof(jwt.Authority)}",
                jwt.Authority,
                "must be an https address")
            .Require(
                !hasJwt || jwt.Audience.Length > 0,
                $"{nameof(options.Jwt)}:{nameof(jwt.Audience)}",
                jwt.Audience,
                "must be given with an authority: otherwise tokens for other services would be taken")
            .Require(
                !hasJwt || jwt.TenantClaim.Length > 0,
                $"{nameof(options.Jwt)}:{nameof(jwt.TenantClaim)}",
                jwt.TenantClaim,
                "must name a claim")
            .Require(
                certificates.TenantField is "O" or "OU",
                $"{nameof(options.ClientCertificates)}:{nameof(certificates.TenantField)}",
                certificates.TenantField,
                "must be O or OU")
            .Require(
                Scopes.TryParse(NameList.Of(certificates.Scopes), out _, out _),
                $"{nameof(options.ClientCertificates)}:{nameof(certificates.Scopes)}",
                certificates.Scopes,
                $"must be names of {string.Join(", ", Scopes.Names)}")
            .RequireStudio(options.Studio)
            .Require(
                options.HasIdentity || options.AllowAnonymous || address is null,
                nameof(options.KeysFile),
                $"must be given, or another kind of identity in {IdentityOptions.Section}, since the server shall listen on "
                    + $"{address}, where others reach it. 'segctl keys create' makes a file of keys. "
                    + $"{IdentityOptions.Section}:{nameof(options.AllowAnonymous)}=true lets everybody in")
            .Result;
    }

    /// <summary>Tells whether only programs on this machine reach the server's ports.</summary>
    public static bool IsLocal(EndpointOptions endpoints) =>
        IPAddress.TryParse(endpoints.Address, out var address) && IPAddress.IsLoopback(address);

    /// <summary>Tells whether a text is an address that a provider may have: https, or http on this machine.</summary>
    public static bool IsAuthority(string text) => Uri.TryCreate(text, UriKind.Absolute, out var authority)
        && (authority.Scheme == Uri.UriSchemeHttps || (authority.Scheme == Uri.UriSchemeHttp && authority.IsLoopback));

    /// <summary>
    /// The address where others reach the server; null when there is none, or when its own check refuses it.
    /// </summary>
    private string? PublicAddress()
    {
        try
        {
            return IsLocal(endpoints.Value) ? null : endpoints.Value.Address;
        }
        catch (OptionsValidationException)
        {
            return null;
        }
    }
}
