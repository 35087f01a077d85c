using System.CommandLine;
using Segmentation.LoadTests.Reporting;
using Segmentation.LoadTests.Systems;

namespace Segmentation.LoadTests.Commands;

/// <summary>Answers in time under as many clients as can be served and under ten times as many.</summary>
internal static class GoodputCommand
{
    private const int PromptsOfARequest = 16;
    private const double Overload = 10;

    /// <summary>At ten times the load at least 0.8 of the answers.</summary>
    private const double Bound = 1 / 0.8;

    public static Command Create()
    {
        var clients = new Option<int>("--clients") { DefaultValueFactory = _ => 6, Description = "Clients at load 1." };
        var uploaders = new Option<int[]>("--uploaders")
        {
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [0, 96],
            Description = "Clients that send new pictures beside them, for each pair of windows.",
        };
        var seconds = new Option<double>("--seconds")
        {
            DefaultValueFactory = _ => 20, Description = "Seconds of each window.",
        };
        var deadline = new Option<double>("--deadline")
        {
            DefaultValueFactory = _ => 10, Description = "Seconds in which a request has to be answered.",
        };
        var bound = Report.BoundOption("ratio of answers in time");
        return MeasuringCommand.CreateOnSystems(
            "goodput",
            "Answers in time, at a load that can be served and at ten times that.",
            SpawnedSystem.Standalone,
            [clients, uploaders, seconds, deadline, bound],
            async (name, parsed, cancellationToken) =>
            {
                var rows = new List<Measurement>();
                await using var system = await SpawnedSystem.StartAsync(name, cancellationToken);
                await using var run = await GoodputRun.StartAsync(
                    system,
                    PromptsOfARequest,
                    TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                    TimeSpan.FromSeconds(parsed.GetValue(deadline)),
                    cancellationToken);
                foreach (var count in parsed.GetValue(uploaders)!)
                {
                    rows.AddRange(await MeasureAsync(
                        $"{name}, {count} uploaders",
                        run,
                        parsed.GetValue(clients),
                        count,
                        parsed.GetValue(bound) ?? Bound,
                        cancellationToken));
                }

                return rows;
            });
    }

    private static async Task<IReadOnlyList<Measurement>> MeasureAsync(
        string name, GoodputRun run, int clients, int uploaders, double bound, CancellationToken cancellationToken)
    {
        var many = (int)(clients * Overload);
        var (one, ten) = (
            await run.MeasureAsync(clients, uploaders, cancellationToken),
            await run.MeasureAsync(many, uploaders, cancellationToken));
        return
        [
            .. Rows(clients, one),
            .. Rows(many, ten),
            Measurement.Of($"answers in time, load 1 / load 10, {name}", "ratio", [one.InTime / ten.InTime], bound),
        ];

        IEnumerable<Measurement> Rows(int people, GoodputRun.Window window)
        {
            yield return Measurement.Of($"answers in time, {people} clients, {name}", "1/s", [window.InTime]);
            yield return Measurement.Of(
                $"answers' p50, {people} clients, {name}",
                "ms",
                [window.Times.Count == 0 ? double.NaN : window.Times.At(50)]);
            yield return Measurement.Of($"answers that came too late, {people} clients, {name}", "", [window.Late]);
            yield return Measurement.Of($"refused at once, {people} clients, {name}", "", [window.Refused]);
        }
    }
}
