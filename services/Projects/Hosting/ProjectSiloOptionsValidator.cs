using System.Net;
using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;

namespace Segmentation.Projects.Hosting;

/// <summary>Checks <see cref="ProjectSiloOptions"/> at start.</summary>
internal sealed class ProjectSiloOptionsValidator : IValidateOptions<ProjectSiloOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, ProjectSiloOptions options) =>
        new OptionChecks(ProjectSiloOptions.Section)
            .Require(
                options.AdvertisedAddress.Length == 0 || IPAddress.TryParse(options.AdvertisedAddress, out _),
                nameof(options.AdvertisedAddress),
                options.AdvertisedAddress,
                "must be an IP address that other silos of projects reach")
            .Range(nameof(options.SiloPort), options.SiloPort, 1, 65535)
            .Result;
}
