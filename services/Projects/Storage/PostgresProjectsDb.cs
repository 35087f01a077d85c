using Microsoft.EntityFrameworkCore;

namespace Segmentation.Projects.Storage;

/// <summary>The record in PostgreSQL, for any number of processes.</summary>
/// <param name="options">Connection and provider.</param>
internal sealed class PostgresProjectsDb(DbContextOptions<PostgresProjectsDb> options) : ProjectsDb(options);
