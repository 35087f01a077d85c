using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;
using Segmentation.Doors.Contract;

namespace Segmentation.Doors.Cvat;

/// <summary>
/// Options of the door for CVAT. With <see cref="DoorOptions.Model"/> CVAT is offered this model alone, otherwise every
/// model of the server.
/// </summary>
public sealed class CvatOptions : DoorOptions
{
    /// <summary>Name of the section below <see cref="DoorOptions.Section"/>.</summary>
    public const string Name = "Cvat";

    /// <summary>Models that CVAT is offered at most, the caller's default first: 1 to 64. Default 8.</summary>
    public int MaxModels { get; set; } = 8;

    /// <summary>
    /// Label of what the detector finds: 1 to 64 characters. Default <c>object</c>. CVAT maps it to a label of the task.
    /// </summary>
    public string Label { get; set; } = "object";

    /// <summary>Points along each side of the detector's grid: 1 to 128. Default 32.</summary>
    public int PointsPerSide { get; set; } = 32;

    /// <summary>Masks that the detector answers at most, the most reliable ones: 1 to 10,000. Default 500.</summary>
    public int MaxMasks { get; set; } = 500;

    /// <summary>
    /// Pixels in the boxes of the masks that the detector answers at most, 1,000,000 to 1,000,000,000. Default
    /// 20,000,000: CVAT's JSON has two bytes a pixel, and a list in memory made of it.
    /// </summary>
    public int MaxPixels { get; set; } = 20_000_000;
}

/// <summary>Checks <see cref="CvatOptions"/> at start.</summary>
internal sealed class CvatOptionsValidator : IValidateOptions<CvatOptions>
{
    private const int MaxLabel = 64;

    public ValidateOptionsResult Validate(string? name, CvatOptions options) =>
        new OptionChecks($"{DoorOptions.Section}:{CvatOptions.Name}")
            .Range(nameof(options.MaxModels), options.MaxModels, 1, 64, "models")
            .Require(
                options.Label.Trim().Length > 0 && options.Label.Length <= MaxLabel,
                nameof(options.Label),
                options.Label,
                $"must have 1 to {MaxLabel} characters")
            .Range(nameof(options.PointsPerSide), options.PointsPerSide, 1, 128, "points")
            .Range(nameof(options.MaxMasks), options.MaxMasks, 1, 10_000, "masks")
            .Range(nameof(options.MaxPixels), options.MaxPixels, 1_000_000, 1_000_000_000, "pixels")
            .Result;
}
