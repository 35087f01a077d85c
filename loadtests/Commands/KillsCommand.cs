using System.CommandLine;
using Segmentation.LoadTests.Reporting;
using Segmentation.LoadTests.Systems;
using Segmentation.Tests.Shared;

namespace Segmentation.LoadTests.Commands;

/// <summary>
/// A whole cluster on this machine, people clicking and uploading, and processes that end under them: how long their
/// sessions are silent, and what is lost (nothing may be).
/// </summary>
internal static class KillsCommand
{
    private const double KillBound = 1000;
    private const double DrainBound = 300;

    public static Command Create()
    {
        var kinds = new Option<string[]>("--kind")
        {
            Description = $"What happens: {string.Join(", ", Names)}.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => Names,
        };
        kinds.AcceptOnlyFromAmong(Names);
        var count = new Option<int>("--count") { DefaultValueFactory = _ => 20, Description = "How often each happens." };
        var sessions = new Option<int>("--sessions") { DefaultValueFactory = _ => 4, Description = "Live sessions." };
        var silos = new Option<int>("--silos") { DefaultValueFactory = _ => 2, Description = "Silos." };
        var encoders = new Option<int>("--encoders") { DefaultValueFactory = _ => 2, Description = "Encoders." };
        var patience = new Option<double?>("--patience")
        {
            Description = "Seconds that uploads wait for an encoder (Encoders:ReadyTimeout); few: outages are refused.",
        };
        var redis = MeasuringCommand.RedisOption();
        return MeasuringCommand.Create(
            "kills",
            "A cluster whose processes end under live sessions: silences and losses.",
            [kinds, count, sessions, silos, encoders, patience, redis],
            async (parsed, cancellationToken) =>
            {
                RedisProcess.Require(parsed.GetRequiredValue(redis));
                var rows = new List<Measurement>();
                await PublishedServices.UseAsync(cancellationToken);
                await using var cluster = new ClusterProcesses(
                    parsed.GetValue(redis)!,
                    parsed.GetValue(silos),
                    parsed.GetValue(encoders),
                    options: ReadyTimeout(parsed.GetValue(patience)));
                await cluster.StartAsync(cancellationToken);
                var expected = await LiveSession.RecordAsync(cluster.Channel, cancellationToken);
                foreach (var kind in parsed.GetValue(kinds)!)
                {
                    var run = new KillsRun(cluster, expected, Disturbance.Of(kind));
                    rows.AddRange(await run.MeasureAsync(
                        parsed.GetValue(count), parsed.GetValue(sessions), BoundOf(kind), cancellationToken));
                }

                return rows;
            });
    }

    private static string[] Names { get; } =
        [.. Disturbance.All.Where(disturbance => disturbance.IsUnnoticed).Select(disturbance => disturbance.Name)];

    private static string[] ReadyTimeout(double? seconds) => seconds is { } value
        ? [$"Encoders:ReadyTimeout={TimeSpan.FromSeconds(value):c}"]
        : [];

    /// <summary>Milliseconds of silence at p99 that are promised; null where nothing is.</summary>
    private static double? BoundOf(string kind) => kind switch
    {
        "silo-kill" => KillBound,
        "silo-drain" or "silo-rolling" => DrainBound,
        _ => null,
    };
}
