using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;

namespace Segmentation.Gateway.Web;

/// <summary>Checks <see cref="HostNameOptions"/> at start.</summary>
internal sealed class HostNameOptionsValidator : IValidateOptions<HostNameOptions>
{
    public ValidateOptionsResult Validate(string? name, HostNameOptions options) => new OptionChecks(HostNameOptions.Section)
        .Require(
            options.List().All(IsName),
            nameof(options.Allowed),
            options.Allowed,
            "must be *, or host names without scheme and port, such as app.example or *.team.example, separated by commas")
        .Result;

    private static bool IsName(string text) =>
        text == AllowedHosts.Any
        || Uri.CheckHostName(text.StartsWith("*.", StringComparison.Ordinal) ? text[2..] : text) != UriHostNameType.Unknown;
}
