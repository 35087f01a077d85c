using Microsoft.Extensions.Options;
using Npgsql;
using Segmentation.Common.Configuration;

namespace Segmentation.Projects.Configuration;

/// <summary>Checks <see cref="ProjectsOptions"/>.</summary>
internal sealed class ProjectsOptionsValidator : IValidateOptions<ProjectsOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, ProjectsOptions options) => new OptionChecks(
            ProjectsOptions.Section)
        .Require(
            !string.IsNullOrWhiteSpace(options.DataFolder)
                && !options.DataFolder.Contains('\0', StringComparison.Ordinal),
            nameof(options.DataFolder),
            options.DataFolder,
            "must be the path of a folder, for example data")
        .Require(
            IsConnection(options.ConnectionString),
            nameof(options.ConnectionString),
            "must be a connection string of PostgreSQL, for example Host=db;Database=projects;Username=projects; leave "
                + "it out for an SQLite file in DataFolder")
        .Named(nameof(options.Migrate), options.Migrate)
        .Range(nameof(options.MaxPictureBytes), options.MaxPictureBytes, 1024, 1 << 30, "bytes")
        .Range(
            nameof(options.MaxBytesInFlight), options.MaxBytesInFlight, 2L * options.MaxPictureBytes, 1L << 40, "bytes")
        .AtLeast(nameof(options.TenantBytes), options.TenantBytes, 0, "bytes")
        .Range(nameof(options.MaxWatchersPerTenant), options.MaxWatchersPerTenant, 1, 1_000_000)
        .Result;

    private static bool IsConnection(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return true;
        }

        try
        {
            return new NpgsqlConnectionStringBuilder(text).Host is { Length: > 0 };
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
