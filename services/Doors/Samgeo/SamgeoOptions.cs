using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;
using Segmentation.Doors.Contract;

namespace Segmentation.Doors.Samgeo;

/// <summary>Options of samgeo-api, the server of segment-geospatial: section <c>Segmentation:Doors:Samgeo</c>.</summary>
public sealed class SamgeoOptions : DoorOptions
{
    /// <summary>Name of the section.</summary>
    public const string Name = "Samgeo";

    /// <summary>Version of segment-geospatial that <c>/health</c> names. Default 1.4.2, whose routes these are.</summary>
    public string Version { get; set; } = "1.4.2";

    /// <summary>
    /// Models of this server by the <c>model_id</c> or <c>model_version</c> that clients name, for example <c>vit_h</c> or
    /// <c>sam2</c>. Default empty. Names that are not here mean <see cref="DoorOptions.Model"/>.
    /// </summary>
    public Dictionary<string, string> Versions { get; } = new(StringComparer.OrdinalIgnoreCase);
}

/// <summary>Checks <see cref="SamgeoOptions"/> at start.</summary>
public sealed class SamgeoOptionsValidator : IValidateOptions<SamgeoOptions>
{
    private const int Longest = 50;
    private const int MaxVersions = 100;

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, SamgeoOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new OptionChecks($"{DoorOptions.Section}:{SamgeoOptions.Name}")
            .Require(
                options.Version.Length is > 0 and <= Longest,
                nameof(options.Version),
                options.Version,
                $"must have 1 to {Longest} characters")
            .Require(
                options.Versions.Count <= MaxVersions && options.Versions.Values.All(model => model.Length > 0),
                nameof(options.Versions),
                $"must be at most {MaxVersions} names of models by versions")
            .Result;
    }
}
