namespace Segmentation.Gateway.Answers;

/// <summary>Limits on answers going out: section <c>Segmentation:Answers</c>.</summary>
internal sealed class AnswerOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Segmentation:Answers";

    /// <summary>Largest answer of one Segment call, in bytes of the gRPC message. Default 256 MiB.</summary>
    public long MaxBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>Bytes of all answers being made or sent together, at least two of the largest. Default 512 MiB.</summary>
    public long MaxBytesInFlight { get; set; } = 512L * 1024 * 1024;

    /// <summary>
    /// Time in which a client must take an answer, or the next 1 MiB of a larger one, before its call is ended. Default
    /// 30 seconds.
    /// </summary>
    public TimeSpan TakeTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Delay in RetryInfo when the budget is used up. Default 1 second.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(1);
}
