namespace Segmentation.Projects.Storage.Rows;

/// <summary>A reminder of a grain.</summary>
internal sealed class ReminderRow
{
    /// <summary>The grain.</summary>
    public required string GrainId { get; set; }

    /// <summary>Name of the reminder.</summary>
    public required string Name { get; set; }

    /// <summary>Uniform hash of the grain.</summary>
    public long GrainHash { get; set; }

    /// <summary>First time.</summary>
    public DateTimeOffset StartTime { get; set; }

    /// <summary>Milliseconds between times.</summary>
    public long PeriodMs { get; set; }

    /// <summary>Changes with every write.</summary>
    public required string ETag { get; set; }
}
