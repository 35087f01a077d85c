using Microsoft.Extensions.Options;
using Segmentation.Gateway.Receiving;
using Segmentation.ServiceDefaults.Hosting;

namespace Segmentation.Gateway.Identity;

/// <summary>Checks <see cref="IdentityOptions"/> at start.</summary>
internal sealed class IdentityOptionsValidator : IValidateOptions<IdentityOptions>
{
    public ValidateOptionsResult Validate(string? name, IdentityOptions options)
    {
        var jwt = options.Jwt;
        var isAuthority = Uri.TryCreate(jwt.Authority, UriKind.Absolute, out var authority)
            && (authority.Scheme == Uri.UriSchemeHttps || (authority.Scheme == Uri.UriSchemeHttp && authority.IsLoopback));
        return new OptionChecks(IdentityOptions.Section)
            .Require(
                ConnectionOptionsValidator.Parse(options.TrustedProxies) is not null,
                nameof(options.TrustedProxies),
                options.TrustedProxies,
                "must be IP addresses or networks, for example 10.0.0.0/8, 192.0.2.7")
            .Require(
                jwt.Authority.Length == 0 || isAuthority,
                $"{nameof(options.Jwt)}:{nameof(jwt.Authority)}",
                jwt.Authority,
                "must be an https address")
            .Require(
                jwt.Authority.Length == 0 || jwt.Audience.Length > 0,
                $"{nameof(options.Jwt)}:{nameof(jwt.Audience)}",
                jwt.Audience,
                "must be given with an authority: otherwise tokens for other services would be taken")
            .Require(
                jwt.Authority.Length == 0 || jwt.TenantClaim.Length > 0,
                $"{nameof(options.Jwt)}:{nameof(jwt.TenantClaim)}",
                jwt.TenantClaim,
                "must name a claim")
            .Result;
    }
}
