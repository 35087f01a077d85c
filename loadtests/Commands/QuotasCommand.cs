using System.CommandLine;
using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Segmentation.Identity.Quotas;
using Segmentation.LoadTests.Load;
using Segmentation.LoadTests.Reporting;
using Segmentation.LoadTests.Systems;

namespace Segmentation.LoadTests.Commands;

/// <summary>
/// Measures the work that four gateways let through of a tenant that asks for five times its rate, and the effect on
/// another tenant.
/// </summary>
internal static class QuotasCommand
{
    private const double Excess = 5;

    /// <summary>
    /// Windows in which the tenant asks, and as many without, in turn: machines have good and bad minutes.
    /// </summary>
    private const int Windows = 3;

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
            DefaultValueFactory = _ => 60,
            Description = "Seconds for which the tenant asks, in three parts; the other one is alone as long.",
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
        var weight = await run.WeighAsync(cancellationToken);
        var (alone, beside, asked) = (new List<Latencies>(), new List<Latencies>(), new List<QuotasRun.Asking>());
        for (var window = 0; window < Windows; window++)
        {
            alone.Add(await run.ClickAsync(seconds / Windows, cancellationToken));
            var (asking, clicks) = await run.ClickBesideAsync(Excess * rate, seconds / Windows, cancellationToken);
            asked.Add(asking);
            beside.Add(clicks);
        }

        var charge = await ChargeAsync();
        var admitted = asked.Sum(one => one.Admitted);
        return
        [
            Measurement.Of("encoding an image / decoding a click, one thread each", "ratio", weight),
            Measurement.Of("charging a prompt", "ns", charge),
            Measurement.Of("prompts asked for, 4 gateways", "1/s", [asked.Sum(one => one.Asked) / seconds]),
            Measurement.Of("prompts admitted, 4 gateways", "1/s", [admitted / seconds]),
            Measurement.Of("other failures of the tenant", "", [asked.Sum(one => one.Failed)], bound: 0),
            Measurement.Of(
                "admitted / quota, distance from 1", "ratio", [Math.Abs((admitted / (rate * seconds)) - 1)], RateBound),
            Measurement.Of("another tenant's click p50, alone", "ms", [.. alone.Select(times => times.At(50))]),
            Measurement.Of("another tenant's click p50, beside", "ms", [.. beside.Select(times => times.At(50))]),
            Measurement.Of("another tenant's click p99, alone", "ms", [.. alone.Select(times => times.At(99))]),
            Measurement.Of("another tenant's click p99, beside", "ms", [.. beside.Select(times => times.At(99))]),
            Measurement.Of(
                "another tenant's clicks that failed", "", [alone.Concat(beside).Sum(times => times.Failed)], bound: 0),
            Measurement.Of(
                "another tenant's p99, beside / alone",
                "ratio",
                [.. beside.Zip(alone, (with, without) => with.At(99) / without.At(99))],
                TailBound),
        ];
    }

    /// <summary>Nanoseconds of a charge that is admitted, on one thread, in three runs.</summary>
    private static async Task<IReadOnlyList<double>> ChargeAsync()
    {
        const int Charges = 2_000_000;
        var account = new QuotaAccount("tenant", Quota.OfRate(1e8), IsOwn: false);
        await using var ledger = new QuotaLedger(
            new MemoryQuotaStore(TimeProvider.System), null, TimeProvider.System, NullLogger<QuotaLedger>.Instance);
        var runs = new List<double>();
        for (var run = 0; run <= 3; run++)
        {
            var begin = Stopwatch.GetTimestamp();
            for (var i = 0; i < Charges; i++)
            {
                ledger.Charge(account, 1);
            }

            runs.Add(Stopwatch.GetElapsedTime(begin).TotalNanoseconds / Charges);
        }

        // The first one is not compiled yet.
        return runs[1..];
    }
}
