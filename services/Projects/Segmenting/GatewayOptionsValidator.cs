using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;

namespace Segmentation.Projects.Segmenting;

/// <summary>Checks <see cref="GatewayOptions"/> at start.</summary>
internal sealed class GatewayOptionsValidator : IValidateOptions<GatewayOptions>
{
    public ValidateOptionsResult Validate(string? name, GatewayOptions options) => new OptionChecks(
            GatewayOptions.Section)
        .Require(
            options.Address.Length == 0
                || (Uri.TryCreate(options.Address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"),
            nameof(options.Address),
            options.Address,
            "must be an http or https address")
        .Require(
            options.Key.Length == 0 || options.KeyFile.Length == 0,
            nameof(options.Key),
            $"is set beside {nameof(options.KeyFile)}; set one of them")
        .Require(
            options.KeyFile.Length == 0 || File.Exists(options.KeyFile),
            nameof(options.KeyFile),
            options.KeyFile,
            "must be a file with an API key, which this program may read")
        .Require(
            options.AuthoritiesFile.Length == 0 || File.Exists(options.AuthoritiesFile),
            nameof(options.AuthoritiesFile),
            options.AuthoritiesFile,
            "must be a PEM file of certificates")
        .Result;
}
