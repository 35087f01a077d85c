namespace Segmentation.Decoder.Scheduling;

/// <summary>What became of a job.</summary>
/// <param name="Value">What it gave; default when it was refused.</param>
/// <param name="WorkTime">Time on the worker, without waiting.</param>
/// <param name="RefusedFor">Set when the scheduler had no room: when to try again.</param>
/// <typeparam name="T">What it gives.</typeparam>
internal readonly record struct JobResult<T>(T? Value, TimeSpan WorkTime, TimeSpan? RefusedFor);
