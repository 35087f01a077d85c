using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;

namespace Segmentation.Doors.Fetching;

/// <summary>Checks <see cref="FetchingOptions"/> at start.</summary>
internal sealed class FetchingOptionsValidator : IValidateOptions<FetchingOptions>
{
    private const string NoHosts = "must name hosts, for example pictures.example.org, *.example.org, 127.0.0.1:8080";

    private const string NoPrivateHosts =
        "must name hosts that AllowedHosts allows, without *, for example label-studio.internal:8080";

    public ValidateOptionsResult Validate(string? name, FetchingOptions options)
    {
        var allowed = HostRule.ParseAll(options.AllowedHosts);
        var inside = HostRule.ParseAll(options.AllowPrivateAddresses);
        var isInside = inside?.All(rule => !rule.IsSuffix && allowed?.Any(one => one.Covers(rule)) == true) == true;
        return new OptionChecks(FetchingOptions.Section)
            .Require(allowed is not null, nameof(options.AllowedHosts), options.AllowedHosts, NoHosts)
            .Require(
                allowed is null || isInside,
                nameof(options.AllowPrivateAddresses),
                options.AllowPrivateAddresses,
                NoPrivateHosts)
            .Require(
                !options.Enabled || allowed is not { Count: 0 },
                nameof(options.AllowedHosts),
                options.AllowedHosts,
                "must name at least one host where Enabled is true")
            .Range(nameof(options.MaxBytes), options.MaxBytes, 1024, 1 << 30, "bytes")
            .Range(nameof(options.Timeout), options.Timeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10))
            .Range(nameof(options.MaxRedirects), options.MaxRedirects, 0, 10)
            .Range(nameof(options.MaxFetches), options.MaxFetches, 1, 10_000)
            .Range(nameof(options.MaxFetchesPerTenant), options.MaxFetchesPerTenant, 1, 10_000)
            .Range(nameof(options.MaxBytesInFlight), options.MaxBytesInFlight, 2L * options.MaxBytes, 1L << 40, "bytes")
            .Result;
    }
}
