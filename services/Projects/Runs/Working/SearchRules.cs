using Google.Rpc;
using Grpc.Core;
using Microsoft.Extensions.Options;

namespace Segmentation.Projects.Runs.Working;

/// <summary>
/// Decides what becomes of a picture whose search failed. An overloaded or absent server is waited for and is no fault
/// of the picture; a server that stays absent during one picture for long may be, so that counts as an attempt.
/// </summary>
internal sealed class SearchRules(IOptions<RunsOptions> options)
{
    private static readonly TimeSpan _firstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _longestDelay = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _longestAdvice = TimeSpan.FromMinutes(5);

    /// <summary>Decides.</summary>
    /// <param name="failure">The exception of the search; not a cancellation of our own.</param>
    /// <param name="away">Number of failures in a row, this one included, with a server that was away.</param>
    /// <param name="elapsed">Time since the first of these.</param>
    public SearchFailure Decide(Exception failure, int away, TimeSpan elapsed)
    {
        if (failure is not RpcException rpc)
        {
            return failure is HttpRequestException ? Away(failure.Message, away, elapsed)
                : new SearchFailure(SearchVerdict.Again, Sentence(failure.Message));
        }

        var status = rpc.GetRpcStatus();
        var reason = Sentence($"{rpc.StatusCode}: {rpc.Status.Detail}");
        return rpc.StatusCode switch
        {
            StatusCode.ResourceExhausted when Code(status) == "EVERYTHING_FOUND_BYTES" => Away(reason, away, elapsed),
            StatusCode.ResourceExhausted when status?.GetDetail<RetryInfo>() is { } advice =>
                new(SearchVerdict.Wait, reason, Between(advice.RetryDelay.ToTimeSpan(), _firstDelay, _longestAdvice)),
            StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled
                or StatusCode.Unauthenticated => Away(reason, away, elapsed),
            StatusCode.PermissionDenied or StatusCode.Unimplemented => new(SearchVerdict.Run, reason),
            StatusCode.FailedPrecondition when Code(status) == "NO_GATEWAY" => new(SearchVerdict.Run, reason),
            StatusCode.InvalidArgument when IsOfRun(status) => new(SearchVerdict.Run, reason),
            StatusCode.InvalidArgument or StatusCode.OutOfRange => new(SearchVerdict.Picture, reason),
            _ => new(SearchVerdict.Again, reason),
        };
    }

    /// <summary>Pause before a picture is begun again whose attempt failed: doubles from a second to half a minute.</summary>
    /// <param name="attempt">Number of the attempt, from 1.</param>
    public static TimeSpan DelayAfter(int attempt) =>
        Between(_firstDelay * Math.Pow(2, Math.Clamp(attempt - 1, 0, 10)), _firstDelay, _longestDelay);

    private SearchFailure Away(string reason, int away, TimeSpan elapsed) => elapsed < options.Value.Patience
        ? new SearchFailure(SearchVerdict.Wait, Sentence(reason), DelayAfter(away))
        : new SearchFailure(SearchVerdict.Again, Sentence(reason));

    /// <summary>True where the mistake is in the run's options or its model, not in the picture.</summary>
    private static bool IsOfRun(Google.Rpc.Status? status) =>
        status?.GetDetail<BadRequest>() is { } request && request.FieldViolations.Any(violation =>
            violation.Field == "model" || violation.Field.StartsWith("options", StringComparison.Ordinal));

    private static string? Code(Google.Rpc.Status? status) => status?.GetDetail<ErrorInfo>()?.Reason;

    private static string Sentence(string text)
    {
        const int Longest = 500;
        var line = text.ReplaceLineEndings(" ").Trim();
        return line.Length <= Longest ? line : line[..Longest];
    }

    private static TimeSpan Between(TimeSpan value, TimeSpan least, TimeSpan most) =>
        value < least ? least : value > most ? most : value;
}
