using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Segmentation.Projects.Storage;

/// <summary>Opens the record in PostgreSQL or in an SQLite file.</summary>
internal sealed class ProjectsDbFactory : IProjectsDbFactory
{
    private readonly DbContextOptions _options;

    private ProjectsDbFactory(DbContextOptions options, bool isSqlite) => (_options, IsSqlite) = (options, isSqlite);

    /// <inheritdoc/>
    public bool IsSqlite { get; }

    /// <summary>The record in an SQLite file.</summary>
    /// <param name="file">Path of the file, which is created when first opened.</param>
    public static ProjectsDbFactory Sqlite(string file)
    {
        var connection = new SqliteConnectionStringBuilder
        {
            DataSource = file, ForeignKeys = true, DefaultTimeout = 30, Pooling = true,
        };
        return new(new DbContextOptionsBuilder<SqliteProjectsDb>().UseSqlite(connection.ToString()).Options, true);
    }

    /// <summary>The record in a PostgreSQL database.</summary>
    /// <param name="connection">Connection string.</param>
    public static ProjectsDbFactory Postgres(string connection) =>
        new(new DbContextOptionsBuilder<PostgresProjectsDb>().UseNpgsql(connection).Options, false);

    /// <inheritdoc/>
    public ProjectsDb Open() => IsSqlite
        ? new SqliteProjectsDb((DbContextOptions<SqliteProjectsDb>)_options)
        : new PostgresProjectsDb((DbContextOptions<PostgresProjectsDb>)_options);
}
