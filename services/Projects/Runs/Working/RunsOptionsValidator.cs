using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;

namespace Segmentation.Projects.Runs.Working;

/// <summary>Checks <see cref="RunsOptions"/> at start.</summary>
internal sealed class RunsOptionsValidator : IValidateOptions<RunsOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, RunsOptions options) => new OptionChecks(RunsOptions.Section)
        .Range(nameof(options.Parallel), options.Parallel, 1, 256)
        .Range(nameof(options.MaxAttempts), options.MaxAttempts, 1, 100)
        .Range(nameof(options.ClaimTime), options.ClaimTime, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1))
        .Range(nameof(options.Patience), options.Patience, TimeSpan.Zero, TimeSpan.FromDays(1))
        .Result;
}
