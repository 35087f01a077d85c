using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;

namespace Segmentation.Gateway.Web;

/// <summary>Names under which pages may reach this server: section <c>Segmentation:Hosts</c>.</summary>
internal sealed class HostNameOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Segmentation:Hosts";

    /// <summary>
    /// Host names without a port, separated by commas: <c>app.example</c>, <c>*.team.example</c>, or <c>*</c> for all.
    /// Besides them are always allowed: <c>localhost</c>, IP addresses, this machine's own name, and the hosts of
    /// <see cref="CrossOriginOptions.Origins"/>. Default: none.
    /// </summary>
    public string Allowed { get; set; } = "";

    /// <summary>The names one by one.</summary>
    public string[] List() => NameList.Of(Allowed);
}

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
