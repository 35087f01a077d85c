namespace Segmentation.Projects.Storage;

/// <summary>Opens the record of projects. Implementations are thread-safe.</summary>
internal interface IProjectsDbFactory
{
    /// <summary>True for SQLite, which has one writer at a time.</summary>
    bool IsSqlite { get; }

    /// <summary>Opens a context for one piece of work; the caller disposes it.</summary>
    ProjectsDb Open();
}
