using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;
using Segmentation.Doors.Contract;

namespace Segmentation.Doors.OpenInference;

/// <summary>Options of the Open Inference Protocol: section <c>Segmentation:Doors:OpenInference</c>.</summary>
public sealed class OpenInferenceOptions : DoorOptions
{
    /// <summary>The configuration section.</summary>
    public const string Name = "OpenInference";

    /// <summary>
    /// Bytes of the largest output <c>masks</c>, a byte for each pixel of each mask. Default 64 MiB. The output <c>rle</c>
    /// has no such bound.
    /// </summary>
    public long MaxMaskBytes { get; set; } = 64L * 1024 * 1024;
}

/// <summary>Checks <see cref="OpenInferenceOptions"/> at start.</summary>
public sealed class OpenInferenceOptionsValidator : IValidateOptions<OpenInferenceOptions>
{
    private const long MostBytes = 1L << 30;

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, OpenInferenceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new OptionChecks($"{DoorOptions.Section}:{OpenInferenceOptions.Name}")
            .Range(nameof(options.MaxMaskBytes), options.MaxMaskBytes, 1024, MostBytes, "bytes")
            .Result;
    }
}
