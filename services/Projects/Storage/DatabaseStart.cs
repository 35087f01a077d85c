using Microsoft.Extensions.Options;
using Segmentation.Projects.Configuration;
using Segmentation.Projects.Errors;

namespace Segmentation.Projects.Storage;

/// <summary>
/// Brings the tables up to date when the host starts, or waits until somebody else has. A database that is away does not
/// keep the host from starting: calls are answered UNAVAILABLE until the database is there.
/// </summary>
internal sealed partial class DatabaseStart(
    Migrator migrator,
    ProjectsDbFactory factory,
    IOptions<ProjectsOptions> options,
    IHostApplicationLifetime lifetime,
    TimeProvider clock,
    ILogger<DatabaseStart> logger) : BackgroundService
{
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits until the tables are there; work in the background begins with this.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _ready.Task.WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (factory.File is { } file)
        {
            LogFile(logger, file);
        }

        // Tried once before the ports open, so that a database that cannot be used is said at once.
        if (!await TryAsync(cancellationToken))
        {
            await base.StartAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            do
            {
                await Task.Delay(_pause, clock, stoppingToken);
            }
            while (!await TryAsync(stoppingToken));
        }
        catch (InvalidDataException unusable)
        {
            LogUnusable(logger, unusable.Message);
            Environment.ExitCode = 1;
            lifetime.StopApplication();
        }
    }

    private async Task<bool> TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (options.Value.Migrate == MigrationMode.Never && !await migrator.IsCurrentAsync(cancellationToken))
            {
                LogWaiting(logger);
                return false;
            }

            if (options.Value.Migrate == MigrationMode.Auto)
            {
                await migrator.MigrateAsync(cancellationToken);
            }

            _ready.TrySetResult();
            return true;
        }
        catch (Exception exception) when (!factory.IsSqlite && DatabaseFailures.IsAway(exception))
        {
            LogAway(logger, exception.Message);
            return false;
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Projects are stored in {File}")]
    private static partial void LogFile(ILogger logger, string file);

    [LoggerMessage(2, LogLevel.Warning, "The database of projects does not answer and is tried again: {Reason}")]
    private static partial void LogAway(ILogger logger, string reason);

    [LoggerMessage(
        3, LogLevel.Warning, "The tables of projects are not up to date; waiting for somebody to run the command migrate")]
    private static partial void LogWaiting(ILogger logger);

    [LoggerMessage(4, LogLevel.Critical, "{Reason}")]
    private static partial void LogUnusable(ILogger logger, string reason);
}
