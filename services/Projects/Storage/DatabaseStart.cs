using Microsoft.Extensions.Options;
using Segmentation.Projects.Configuration;
using Segmentation.Projects.Errors;

namespace Segmentation.Projects.Storage;

/// <summary>
/// Brings the tables up to date when the host starts, or waits until somebody else has. A database that is away does
/// not keep the host from starting: calls are answered UNAVAILABLE until the database is there.
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
    private readonly Lock _gate = new();
    private volatile Task? _opening;

    /// <summary>
    /// Makes an endpoint wait for an SQLite file that is still being opened; the first call has it opened. Calls of a
    /// file that cannot be used are told why.
    /// </summary>
    public static void Await(EndpointBuilder endpoint)
    {
        if (endpoint.RequestDelegate is { } inner
            && endpoint.ApplicationServices.GetService<DatabaseStart>() is { } start)
        {
            endpoint.RequestDelegate = context => start.IsOpen ? inner(context) : start.OpenAsync(context, inner);
        }
    }

    /// <summary>False while a file that is opened with its first use is not open.</summary>
    public bool IsOpen =>
        !options.Value.OpensWhenUsed || !factory.IsSqlite || _opening is { IsCompletedSuccessfully: true };

    /// <summary>Reason for which the file could not be opened; null: it was not tried, or is open.</summary>
    public string? Problem => _opening is { IsFaulted: true, Exception.InnerException: { } failure }
        ? ProblemOf(failure)
        : null;

    /// <summary>True from the time on when the tables are up to date.</summary>
    public bool HasTables => _ready.Task.IsCompletedSuccessfully;

    /// <summary>Waits until the tables are there; work in the background begins with this.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _ready.Task.WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (factory.File is { } file && options.Value.OpensWhenUsed)
        {
            if (File.Exists(file))
            {
                _ = Opening();
            }

            return;
        }

        if (factory.File is not null)
        {
            LogFile(logger, factory.File);
        }

        // Tried at once, so that the start fails with the reason where the database cannot be used. The ports may be open
        // meanwhile: DatabaseHealth says that the process is not ready.
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

    private string ProblemOf(Exception failure) =>
        $"Projects cannot be stored in {factory.File}: {failure.Message} Make the folder writable, or name another one "
        + $"in {ProjectsOptions.Section}:{nameof(ProjectsOptions.DataFolder)}.";

    private async Task OpenAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await Opening().WaitAsync(context.RequestAborted);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw ProjectProblem.Of(StatusCode.Unavailable, "PROJECTS_NOT_STORED", ProblemOf(exception));
        }

        await next(context);
    }

    /// <summary>Opens the file; once more when it could not be opened before.</summary>
    private Task Opening()
    {
        lock (_gate)
        {
            if (_opening is null or { IsFaulted: true })
            {
                _opening = Task.Run(OpenFileAsync);
            }

            return _opening;
        }
    }

    private async Task OpenFileAsync()
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(factory.File!)!);
            await TryAsync(CancellationToken.None);
            LogFile(logger, factory.File!);
        }
        catch (Exception exception)
        {
            LogNotStored(logger, ProblemOf(exception));
            throw;
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
        3,
        LogLevel.Warning,
        "The tables of projects are not up to date; waiting for somebody to run the command migrate")]
    private static partial void LogWaiting(ILogger logger);

    [LoggerMessage(5, LogLevel.Warning, "{Reason}")]
    private static partial void LogNotStored(ILogger logger, string reason);

    [LoggerMessage(4, LogLevel.Critical, "{Reason}")]
    private static partial void LogUnusable(ILogger logger, string reason);
}
