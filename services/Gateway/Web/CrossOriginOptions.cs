using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;

namespace Segmentation.Gateway.Web;

/// <summary>Pages of other origins that may use this server: section <c>Segmentation:Cors</c>.</summary>
internal sealed class CrossOriginOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Segmentation:Cors";

    /// <summary>
    /// Origins, separated by commas: <c>https://app.example</c>, or <c>*</c> for all. Default: none, so that only this
    /// server's own pages can.
    /// </summary>
    public string Origins { get; set; } = "";

    /// <summary>The origins one by one.</summary>
    public string[] List() => NameList.Of(Origins);
}

/// <summary>Checks <see cref="CrossOriginOptions"/> at start.</summary>
internal sealed class CrossOriginOptionsValidator : IValidateOptions<CrossOriginOptions>
{
    public ValidateOptionsResult Validate(string? name, CrossOriginOptions options)
    {
        var list = options.List();
        return new OptionChecks(CrossOriginOptions.Section)
            .Require(
                list is [CrossOrigins.Any] || list.All(IsOrigin),
                nameof(options.Origins),
                options.Origins,
                "must be *, or origins as browsers write them, such as https://app.example, separated by commas")
            .Result;
    }

    // As browsers write it: scheme, host and perhaps a port, in lower case and without a path.
    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme is "http" or "https")
        && $"{uri.Scheme}://{uri.Authority}" == text;
}
