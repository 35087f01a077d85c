using System.Globalization;
using Segmentation.Projects.Errors;

namespace Segmentation.Projects.Reviewing.Figures;

/// <summary>Days of a request for figures.</summary>
/// <param name="Since">First moment.</param>
/// <param name="Until">First moment after the last.</param>
internal readonly record struct FigureDays(DateTimeOffset Since, DateTimeOffset Until)
{
    /// <summary>Reads days as <c>2026-11-30</c> (UTC).</summary>
    /// <param name="from">First day; empty: the beginning.</param>
    /// <param name="to">Last day; empty: as late as can be.</param>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: no day, or the last before the first.</exception>
    public static FigureDays Read(string from, string to)
    {
        var first = from.Length == 0 ? DateOnly.FromDateTime(DateTime.UnixEpoch) : Day("from", from);
        var last = to.Length == 0 ? new DateOnly(9000, 1, 1) : Day("to", to);
        return first > last
            ? throw ProjectProblem.Invalid("to", $"is {to}, before from, {from}")
            : new(Start(first), Start(last.AddDays(1)));
    }

    private static DateTimeOffset Start(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);

    private static DateOnly Day(string field, string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && day.Year is >= 1970 and < 9000
            ? day
            : throw ProjectProblem.Invalid(
                field, $"is {ProjectProblem.Quoted(text)}; a day is written as 2026-11-30, from 1970 on");
}
