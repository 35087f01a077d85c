using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;

namespace Segmentation.Gateway.Everything;

/// <summary>Checks <see cref="SearchOptions"/> at start.</summary>
internal sealed class SearchOptionsValidator : IValidateOptions<SearchOptions>
{
    public ValidateOptionsResult Validate(string? name, SearchOptions options) =>
        new OptionChecks(SearchOptions.Section)
            .Range(nameof(options.MaxOpen), options.MaxOpen, 1, 10_000, "searches")
            .Range(nameof(options.MaxOpenPerTenant), options.MaxOpenPerTenant, 1, 10_000, "searches")
            .Range(nameof(options.MaxPoints), options.MaxPoints, 1, 100_000_000, "points")
            .Range(nameof(options.MaxCrops), options.MaxCrops, 1, 87_381, "crops")
            .Range(nameof(options.MaxFoundBytes), options.MaxFoundBytes, 1 << 20, 1L << 40, "bytes")
            .Range(nameof(options.RetryAfter), options.RetryAfter, TimeSpan.Zero, TimeSpan.FromMinutes(10))
            .Result;
}
