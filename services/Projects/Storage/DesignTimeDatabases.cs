using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Segmentation.Projects.Storage;

/// <summary>
/// Contexts for <c>dotnet ef migrations add</c>, which asks for them by these interfaces and connects to nothing.
/// </summary>
internal sealed class DesignTimeDatabases
    : IDesignTimeDbContextFactory<SqliteProjectsDb>, IDesignTimeDbContextFactory<PostgresProjectsDb>
{
    SqliteProjectsDb IDesignTimeDbContextFactory<SqliteProjectsDb>.CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteProjectsDb>().UseSqlite("Data Source=unused").Options);

    PostgresProjectsDb IDesignTimeDbContextFactory<PostgresProjectsDb>.CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresProjectsDb>().UseNpgsql("Host=unused").Options);
}
