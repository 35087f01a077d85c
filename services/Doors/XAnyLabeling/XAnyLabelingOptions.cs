using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;
using Segmentation.Doors.Contract;

namespace Segmentation.Doors.XAnyLabeling;

/// <summary>Options of X-AnyLabeling's remote server: section <c>Segmentation:Doors:XAnyLabeling</c>.</summary>
public sealed class XAnyLabelingOptions : DoorOptions
{
    /// <summary>Name of the section.</summary>
    public const string Name = "XAnyLabeling";

    /// <summary>Label of the shapes of everything in a picture. Default <c>object</c>.</summary>
    public string Label { get; set; } = "object";
}

/// <summary>Checks <see cref="XAnyLabelingOptions"/> at start.</summary>
public sealed class XAnyLabelingOptionsValidator : IValidateOptions<XAnyLabelingOptions>
{
    private const int Longest = 100;

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, XAnyLabelingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new OptionChecks($"{DoorOptions.Section}:{XAnyLabelingOptions.Name}")
            .Require(
                options.Label.Length is > 0 and <= Longest, nameof(options.Label), options.Label, $"must have 1 to {Longest} characters")
            .Result;
    }
}
