namespace Segmentation.Projects.Configuration;

/// <summary>Process that brings the tables of the database up to date.</summary>
public enum MigrationMode
{
    /// <summary>The process that starts, one at a time.</summary>
    Auto,

    /// <summary>Somebody else, by the command <c>migrate</c>; the process waits for it.</summary>
    Never,
}
