using System.CommandLine;
using Segmentation.LoadTests.Load;
using Segmentation.LoadTests.Reporting;
using Segmentation.LoadTests.Systems;

namespace Segmentation.LoadTests.Commands;

/// <summary>
/// What four gateways let through of a tenant that asks for five times its rate, and how that affects another tenant.
/// </summary>
internal static class QuotasCommand
{
    private const double Excess = 5;
    private const double RateBound = 0.05;
    private const double TailBound = 1.2;

    public static Command Create()
    {
        var rate = new Option<double>("--rate")
        {
            DefaultValueFactory = _ => 10, Description = "Units a second of the tenant that asks for five times as many.",
        };
        var seconds = new Option<double>("--seconds")
        {
            DefaultValueFactory = _ => 60, Description = "Seconds for which the tenant asks; the other one is alone as long.",
        };
        var redis = MeasuringCommand.RedisOption();
        return MeasuringCommand.Create(
            "quotas",
            "Four gateways: a tenant at five times its rate, and another tenant's clicks beside it.",
            [rate, seconds, redis],
            async (parsed, cancellationToken) =>
            {
                await PublishedServices.UseAsync(cancellationToken);
                await using var run = await QuotasRun.StartAsync(
                    parsed.GetRequiredValue(redis), parsed.GetValue(rate), cancellationToken);
                return await MeasureAsync(run, parsed.GetValue(rate), parsed.GetValue(seconds), cancellationToken);
            });
    }

    private static async Task<IReadOnlyList<Measurement>> MeasureAsync(
        QuotasRun run, double rate, double seconds, CancellationToken cancellationToken)
    {
        var before = await run.ClickAsync(seconds / 2, cancellationToken);
        var (asked, clicks) = await run.ClickBesideAsync(Excess * rate, seconds, cancellationToken);
        var after = await run.ClickAsync(seconds / 2, cancellationToken);
        var share = asked.Admitted / (rate * seconds);
        Latencies[] alone = [before, after];
        return
        [
            Measurement.Of("prompts asked for, 4 gateways", "1/s", [asked.Asked / seconds]),
            Measurement.Of("prompts admitted, 4 gateways", "1/s", [asked.Admitted / seconds]),
            Measurement.Of("other failures of the tenant", "", [asked.Failed], bound: 0),
            Measurement.Of("admitted / quota, distance from 1", "ratio", [Math.Abs(share - 1)], RateBound),
            Measurement.Of("another tenant's click p50, alone", "ms", [.. alone.Select(times => times.At(50))]),
            Measurement.Of("another tenant's click p50, beside", "ms", [clicks.At(50)]),
            Measurement.Of("another tenant's click p99, alone", "ms", [.. alone.Select(times => times.At(99))]),
            Measurement.Of("another tenant's click p99, beside", "ms", [clicks.At(99)]),
            Measurement.Of("another tenant's clicks that failed", "", [clicks.Failed + alone.Sum(one => one.Failed)], bound: 0),
            Measurement.Of(
                "another tenant's p99, beside / alone",
                "ratio",
                [.. alone.Select(times => clicks.At(99) / times.At(99))],
                TailBound),
        ];
    }
}
