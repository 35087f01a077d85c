using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;

namespace Segmentation.Gateway.Answers;

/// <summary>Limits on answers going out: section <c>Segmentation:Answers</c>.</summary>
internal sealed class AnswerOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Segmentation:Answers";

    /// <summary>Largest answer of one Segment call, in bytes of the gRPC message. Default 256 MiB.</summary>
    public long MaxBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>
    /// Bytes of all answers being made or sent together, at least two of the largest. Default 512 MiB.
    /// </summary>
    public long MaxBytesInFlight { get; set; } = 512L * 1024 * 1024;

    /// <summary>
    /// Time in which a client must take an answer, or the next 1 MiB of a larger one, before its call is ended. Default
    /// 30 seconds.
    /// </summary>
    public TimeSpan TakeTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Delay in RetryInfo when the budget is used up. Default 1 second.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(1);
}

/// <summary>Checks <see cref="AnswerOptions"/> at start.</summary>
internal sealed class AnswerOptionsValidator : IValidateOptions<AnswerOptions>
{
    // Length and position of a message are 32 bits in gRPC libraries.
    private const long MostBytes = 1L << 30;

    public ValidateOptionsResult Validate(string? name, AnswerOptions options) =>
        new OptionChecks(AnswerOptions.Section)
            .Range(nameof(options.MaxBytes), options.MaxBytes, 1 << 20, MostBytes, "bytes")
            .Range(nameof(options.MaxBytesInFlight), options.MaxBytesInFlight, 2 * options.MaxBytes, 1L << 40, "bytes")
            .Range(nameof(options.TakeTimeout), options.TakeTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1))
            .Range(nameof(options.RetryAfter), options.RetryAfter, TimeSpan.Zero, TimeSpan.FromMinutes(10))
            .Result;
}
