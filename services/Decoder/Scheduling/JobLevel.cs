namespace Segmentation.Decoder.Scheduling;

/// <summary>Urgency of requests, the most urgent first.</summary>
internal enum JobLevel
{
    /// <summary>Short interactive work: goes before the rest of everything below that has begun.</summary>
    Urgent,

    /// <summary>
    /// Interactive work that takes longer than a click may wait: goes before batch work that has not begun, and after every
    /// few urgent jobs has a turn.
    /// </summary>
    Long,

    /// <summary>Batch work.</summary>
    Batch,
}
