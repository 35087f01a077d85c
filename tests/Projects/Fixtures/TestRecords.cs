using Segmentation.Projects.Storage;
using Segmentation.Tests.Shared;

namespace Segmentation.Projects.Tests.Fixtures;

/// <summary>The server and the templates that all tests of this assembly share.</summary>
public sealed class TestRecords : IAsyncDisposable
{
    private const string Template = "template_projects";
    private static readonly SemaphoreSlim _gate = new(1, 1);
    private static PostgresProcess? _server;
    private static string? _missing;
    private static string? _sqlite;
    private static int _databases;

    /// <summary>The server, with a template database that has all tables. Skips the test where there is none.</summary>
    internal static async Task<PostgresProcess> ServerAsync()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_missing is not null)
            {
                PostgresServer.Missing(_missing);
            }

            if (_server is null)
            {
                try
                {
                    _server = await PostgresServer.StartAsync(cancellationToken);
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    _missing = error.Message;
                    throw;
                }

                using var factory = ProjectsDbFactory.Postgres(
                    await _server.CreateDatabaseAsync(Template, null, cancellationToken) + ";Pooling=false");
                await TestRecord.MigratorOf(factory).MigrateAsync(cancellationToken);
            }

            return _server;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Makes a database and gives its connection string.</summary>
    internal static async Task<string> CreateDatabaseAsync(bool isEmpty)
    {
        var server = await ServerAsync();
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await _gate.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            return await server.CreateDatabaseAsync(
                name, isEmpty ? null : Template, TestContext.Current.CancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>An SQLite file that has all tables, to be copied.</summary>
    internal static async Task<string> SqliteTemplateAsync()
    {
        await _gate.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (_sqlite is null)
            {
                var folder = Directory.CreateTempSubdirectory("segmentation-projects-template-").FullName;
                var file = Path.Combine(folder, ProjectsDbFactory.FileName);
                using (var factory = ProjectsDbFactory.Sqlite(file))
                {
                    await TestRecord.MigratorOf(factory).MigrateAsync(TestContext.Current.CancellationToken);
                }

                // Closing the last connection writes everything into the one file.
                Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
                _sqlite = file;
            }

            return _sqlite;
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        if (_sqlite is not null)
        {
            Directory.Delete(Path.GetDirectoryName(_sqlite)!, true);
        }
    }
}
