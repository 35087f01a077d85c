using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;

namespace Segmentation.Gateway.Projects;

/// <summary>The way to projects in another process: section <c>Segmentation:Projects</c>.</summary>
internal sealed class ForwardedProjectsOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Segmentation:Projects";

    /// <summary>
    /// Addresses of the processes that serve projects, <c>http://host:port</c>, several separated by commas. A name may
    /// stand for several processes. Default: none, so that this gateway has no projects.
    /// </summary>
    public string Address { get; set; } = "";

    /// <summary>The addresses one by one; null when one is wrong.</summary>
    internal IReadOnlyList<Uri>? Addresses()
    {
        var list = new List<Uri>();
        foreach (var text in NameList.Of(Address))
        {
            if (!Uri.TryCreate(text, UriKind.Absolute, out var uri)
                || uri is not { Scheme: "http", PathAndQuery: "/", Host.Length: > 0 })
            {
                return null;
            }

            list.Add(uri);
        }

        return list;
    }
}

/// <summary>Checks <see cref="ForwardedProjectsOptions"/> at start.</summary>
internal sealed class ForwardedProjectsOptionsValidator : IValidateOptions<ForwardedProjectsOptions>
{
    public ValidateOptionsResult Validate(string? name, ForwardedProjectsOptions options) =>
        new OptionChecks(ForwardedProjectsOptions.Section)
            .Require(
                options.Addresses() is not null,
                nameof(options.Address),
                options.Address,
                "must be http://host:port, several separated by commas, or empty")
            .Result;
}
