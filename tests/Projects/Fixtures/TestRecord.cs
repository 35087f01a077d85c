using Microsoft.Extensions.Logging.Abstractions;
using Segmentation.Projects.Storage;

[assembly: AssemblyFixture(typeof(Segmentation.Projects.Tests.Fixtures.TestRecords))]

namespace Segmentation.Projects.Tests.Fixtures;

/// <summary>A database of a test's own, with all tables and nothing in them.</summary>
internal sealed class TestRecord : IAsyncDisposable
{
    private readonly List<ProjectsDbFactory> _opened = [];
    private TestRecord(DatabaseKind kind, string? connection, string folder)
    {
        (Kind, Connection, Folder) = (kind, connection, folder);
        Factory = OpenAnother();
    }

    /// <summary>Which database it is.</summary>
    public DatabaseKind Kind { get; }

    /// <summary>Connection string of PostgreSQL; null for SQLite.</summary>
    public string? Connection { get; }

    /// <summary>The data folder: pictures, and the SQLite file where the database is one.</summary>
    public string Folder { get; }

    /// <summary>Opens it.</summary>
    public ProjectsDbFactory Factory { get; }

    /// <summary>Options of a host that uses it.</summary>
    public IReadOnlyDictionary<string, string?> Options => new Dictionary<string, string?>
    {
        ["Segmentation:Projects:DataFolder"] = Folder,
        ["Segmentation:Projects:ConnectionString"] = Connection,
    };

    /// <summary>A PostgreSQL database that a test has made by itself.</summary>
    public static TestRecord Of(string connection) => new(
        DatabaseKind.Postgres, connection, Directory.CreateTempSubdirectory("segmentation-projects-").FullName);

    /// <summary>Makes a database. Skips the test where PostgreSQL is asked for and missing.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="isEmpty">True: without tables.</param>
    public static async Task<TestRecord> CreateAsync(DatabaseKind kind, bool isEmpty = false)
    {
        var connection = default(string);
        var folder = Directory.CreateTempSubdirectory("segmentation-projects-").FullName;
        if (kind == DatabaseKind.Postgres)
        {
            connection = await TestRecords.CreateDatabaseAsync(isEmpty);
        }
        else if (!isEmpty)
        {
            File.Copy(await TestRecords.SqliteTemplateAsync(), Path.Combine(folder, ProjectsDbFactory.FileName));
        }

        return new TestRecord(kind, connection, folder);
    }

    /// <summary>Opens it again, as another process would.</summary>
    public ProjectsDbFactory OpenAnother()
    {
        var factory = Connection is null
            ? ProjectsDbFactory.Sqlite(Path.Combine(Folder, ProjectsDbFactory.FileName))
            : ProjectsDbFactory.Postgres($"{Connection};Maximum Pool Size=20");
        _opened.Add(factory);
        return factory;
    }

    /// <summary>Brings the tables up to date.</summary>
    public static Migrator MigratorOf(ProjectsDbFactory factory) => new(factory, NullLogger<Migrator>.Instance);

    public async ValueTask DisposeAsync()
    {
        foreach (var factory in _opened)
        {
            factory.Dispose();
        }

        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(Folder, true);
        await Task.CompletedTask;
    }
}
