using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;
using Segmentation.Doors.Contract;

namespace Segmentation.Doors.Roboflow;

/// <summary>Options of the door for clients of roboflow's inference server.</summary>
public sealed class RoboflowOptions : DoorOptions
{
    /// <summary>Name of the section below <see cref="DoorOptions.Section"/>.</summary>
    public const string Name = "Roboflow";

    /// <summary>
    /// Models of this server by the versions that clients name, for example <c>vit_h</c> or <c>hiera_tiny</c>. Default
    /// empty. Versions that are not here mean <see cref="DoorOptions.Model"/>.
    /// </summary>
    public Dictionary<string, string> Versions { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Bytes kept of masks' logits and of image ids, for clients that come back to them: 1 MiB to 64 GiB. Default 64 MiB,
    /// which is some 250 masks. Tenants share them equally where all want them.
    /// </summary>
    public long CacheBytes { get; set; } = 64 << 20;

    /// <summary>Time for which what nobody comes back to is kept, a second to a day. Default 30 minutes.</summary>
    public TimeSpan CacheExpiry { get; set; } = TimeSpan.FromMinutes(30);
}

/// <summary>Checks <see cref="RoboflowOptions"/> at start.</summary>
internal sealed class RoboflowOptionsValidator : IValidateOptions<RoboflowOptions>
{
    private const int MaxVersions = 100;

    public ValidateOptionsResult Validate(string? name, RoboflowOptions options) =>
        new OptionChecks($"{DoorOptions.Section}:{RoboflowOptions.Name}")
            .Require(
                options.Versions.Count <= MaxVersions && options.Versions.Values.All(model => model.Length > 0),
                nameof(options.Versions),
                $"must be at most {MaxVersions} names of models by versions")
            .Range(nameof(options.CacheBytes), options.CacheBytes, 1 << 20, 64L << 30, "bytes")
            .Range(nameof(options.CacheExpiry), options.CacheExpiry, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1))
            .Result;
}
