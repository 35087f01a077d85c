using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Segmentation.Projects.Storage;

/// <summary>Opens the record in PostgreSQL or in an SQLite file.</summary>
internal sealed class ProjectsDbFactory : IProjectsDbFactory, IDisposable
{
    /// <summary>Name of the SQLite file in the data folder.</summary>
    public const string FileName = "projects.db";

    private const int ConnectSeconds = 5;
    private readonly DbContextOptions _options;

    private ProjectsDbFactory(DbContextOptions options, string? file, NpgsqlDataSource? source)
    {
        (_options, File, Source) = (options, file, source);
        WriterTurn = file is null ? null : new SemaphoreSlim(1, 1);
    }

    /// <inheritdoc/>
    public bool IsSqlite => File is not null;

    /// <summary>Path of the SQLite file; null for PostgreSQL.</summary>
    public string? File { get; }

    /// <summary>Connections to PostgreSQL; null for SQLite.</summary>
    public NpgsqlDataSource? Source { get; }

    /// <inheritdoc/>
    public SemaphoreSlim? WriterTurn { get; }

    /// <summary>The record in an SQLite file.</summary>
    /// <param name="file">Path of the file, which is created when first opened; its folder must be there.</param>
    public static ProjectsDbFactory Sqlite(string file)
    {
        var connection = new SqliteConnectionStringBuilder
        {
            DataSource = file, ForeignKeys = true, DefaultTimeout = 30, Pooling = true,
        };
        var options = new DbContextOptionsBuilder<SqliteProjectsDb>()
            .UseSqlite(connection.ToString())
            .AddInterceptors(new SqliteSettings())
            .Options;
        return new ProjectsDbFactory(options, file, null);
    }

    /// <summary>The record in a PostgreSQL database.</summary>
    /// <param name="connection">Connection string.</param>
    public static ProjectsDbFactory Postgres(string connection)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection);
        if (!settings.ContainsKey("Timeout"))
        {
            // A server that does not answer is reported while the caller still waits.
            settings.Timeout = ConnectSeconds;
        }

        var source = NpgsqlDataSource.Create(settings);
        var options = new DbContextOptionsBuilder<PostgresProjectsDb>().UseNpgsql(source).Options;
        return new ProjectsDbFactory(options, null, source);
    }

    /// <inheritdoc/>
    public ProjectsDb Open() => IsSqlite
        ? new SqliteProjectsDb((DbContextOptions<SqliteProjectsDb>)_options)
        : new PostgresProjectsDb((DbContextOptions<PostgresProjectsDb>)_options);

    /// <inheritdoc/>
    public void Dispose()
    {
        WriterTurn?.Dispose();
        Source?.Dispose();
    }
}
