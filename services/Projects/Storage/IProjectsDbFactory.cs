namespace Segmentation.Projects.Storage;

/// <summary>
/// Opens the record of projects. Changes are written by <see cref="ProjectsTransactions"/>. Implementations are
/// thread-safe.
/// </summary>
internal interface IProjectsDbFactory
{
    /// <summary>True for SQLite, which has one writer at a time.</summary>
    bool IsSqlite { get; }

    /// <summary>
    /// Turn to write, held by <see cref="ProjectsTransactions"/>: writers of this process wait here in their order,
    /// and not in SQLite, which has no order. Null: the database has many writers.
    /// </summary>
    SemaphoreSlim? WriterTurn { get; }

    /// <summary>Opens a context for one piece of work; the caller disposes it.</summary>
    ProjectsDb Open();
}
