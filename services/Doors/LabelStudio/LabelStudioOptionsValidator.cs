using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;

namespace Segmentation.Doors.LabelStudio;

/// <summary>Checks <see cref="LabelStudioOptions"/> at start.</summary>
internal sealed class LabelStudioOptionsValidator : IValidateOptions<LabelStudioOptions>
{
    public ValidateOptionsResult Validate(string? name, LabelStudioOptions options)
    {
        var isAddress = options.Url.Length == 0 || StudioConnection.Base(options.Url) is not null;
        return new OptionChecks(LabelStudioOptions.LabelStudioSection)
            .Require(
                isAddress,
                nameof(options.Url),
                options.Url,
                "must be an address of http or https, for example https://label-studio.example.org")
            .Require(
                options.Token.Length == 0 || StudioConnection.IsToken(options.Token),
                nameof(options.Token),
                "must be a token: printable ASCII without spaces")
            .Require(
                options.Token.Length == 0 || options.Url.Length > 0,
                nameof(options.Token),
                "needs Url, the only place that it is sent to")
            .Range(nameof(options.MaxAutomaticMasks), options.MaxAutomaticMasks, 1, 10_000)
            .Named(nameof(options.Masks), options.Masks)
            .Range(nameof(options.PolygonTolerance), options.PolygonTolerance, 0, 1000, "pixels")
            .Range(nameof(options.MaxPolygons), options.MaxPolygons, 1, 1000)
            .Result;
    }
}
