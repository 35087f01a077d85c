using Microsoft.EntityFrameworkCore;

namespace Segmentation.Projects.Storage;

/// <summary>The record in an SQLite file, for one process.</summary>
/// <param name="options">Connection and provider.</param>
internal sealed class SqliteProjectsDb(DbContextOptions<SqliteProjectsDb> options) : ProjectsDb(options)
{
    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<Guid>().HaveConversion<GuidBytes>();
    }
}
