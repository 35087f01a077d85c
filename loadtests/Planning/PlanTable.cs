using System.Globalization;
using Segmentation.LoadTests.Reporting;

namespace Segmentation.LoadTests.Planning;

/// <summary>Writes plans as a table of Markdown, and as rows for JSON.</summary>
internal static class PlanTable
{
    /// <summary>The table.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<PlanRow> rows)
    {
        var form = rows[0].Machines;
        yield return "| people | clicks, new pictures a second | click p50, p99 (ms) | upload p50, p99 (ms) | "
            + $"gateways of {form.GatewayCores} cores | encoders | silos of {form.SiloWorkers} cores | "
            + "hot images of a silo | Redis servers | Redis memory | Redis in, out a second | clients a second |";
        yield return "|---|---|---|---|---|---|---|---|---|---|---|---|";
        foreach (var row in rows)
        {
            var (machines, outcome) = (row.Machines, row.PlanOutcome);
            yield return $"| {Count(row.Users)} | {Rate(row.Clicks)}, {Rate(row.NewPictures)} "
                + $"| {Times(outcome.Clicks)} | {Times(outcome.Uploads)} "
                + $"| {Count(machines.Gateways)} | {Count(machines.Encoders)} | {Count(machines.Silos)} "
                + $"| {Size(row.SiloBytes)} "
                + $"| {Count(machines.Redis)} | {Size(row.RedisBytes)} | {Size(row.RedisIn)}, {Size(row.RedisOut)} "
                + $"| {Size(row.ClientBytes)} |";
        }
    }

    /// <summary>The same figures by name.</summary>
    public static IEnumerable<Measurement> Rows(PlanRow row)
    {
        Measurement Of(string name, string unit, double value) =>
            Measurement.Of($"{Count(row.Users)} people: {name}", unit, [value]);
        yield return Of("click p50", "ms", PlanOutcome.At(row.PlanOutcome.Clicks, 0.5));
        yield return Of("click p99", "ms", PlanOutcome.At(row.PlanOutcome.Clicks, 0.99));
        yield return Of("upload p50", "ms", PlanOutcome.At(row.PlanOutcome.Uploads, 0.5));
        yield return Of("upload p99", "ms", PlanOutcome.At(row.PlanOutcome.Uploads, 0.99));
        yield return Of("gateways", "machines", row.Machines.Gateways);
        yield return Of("encoders", "cores or GPUs", row.Machines.Encoders);
        yield return Of("silos", "machines", row.Machines.Silos);
        yield return Of("hot images of a silo", "bytes", row.SiloBytes);
        yield return Of("Redis servers", "machines", row.Machines.Redis);
        yield return Of("Redis memory", "bytes", row.RedisBytes);
        yield return Of("Redis in", "bytes/s", row.RedisIn);
        yield return Of("Redis out", "bytes/s", row.RedisOut);
        yield return Of("clients", "bytes/s", row.ClientBytes);
        yield return Of("busy silos", "ratio", row.PlanOutcome.SiloUtilisation);
        yield return Of("busy encoders", "ratio", row.PlanOutcome.EncoderUtilisation);
        yield return Of("clicks on a cold image", "ratio", row.PlanOutcome.ColdShare);
    }

    private static string Times(IReadOnlyList<double> times) =>
        Text($"{PlanOutcome.At(times, 0.5):0}, {PlanOutcome.At(times, 0.99):0}");

    private static string Count(double count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Rate(double rate) =>
        rate.ToString(rate < 10 ? "0.##" : "#,0", CultureInfo.InvariantCulture);

    private static string Size(double bytes) => bytes switch
    {
        >= 1e12 => Text($"{bytes / 1e12:0.#} TB"),
        >= 1e9 => Text($"{bytes / 1e9:0.#} GB"),
        >= 1e6 => Text($"{bytes / 1e6:0.#} MB"),
        _ => Text($"{bytes / 1e3:0.#} KB"),
    };

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
