using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;
using Segmentation.Doors.Contract;

namespace Segmentation.Doors.Samapi;

/// <summary>Options of samapi, QuPath's server for SAM: section <c>Segmentation:Doors:Samapi</c>.</summary>
public sealed class SamapiOptions : DoorOptions
{
    /// <summary>Name of the section.</summary>
    public const string Name = "Samapi";

    /// <summary>
    /// Version of samapi that <c>/sam/version/</c> names. Default 0.7.1, whose routes these are.
    /// </summary>
    public string Version { get; set; } = "0.7.1";
}

/// <summary>Checks <see cref="SamapiOptions"/> at start.</summary>
public sealed class SamapiOptionsValidator : IValidateOptions<SamapiOptions>
{
    private const int Longest = 50;

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, SamapiOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new OptionChecks($"{DoorOptions.Section}:{SamapiOptions.Name}")
            .Require(
                options.Version.Length is > 0 and <= Longest,
                nameof(options.Version),
                options.Version,
                $"must have 1 to {Longest} characters")
            .Result;
    }
}
