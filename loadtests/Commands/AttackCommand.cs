using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Segmentation.LoadTests.Attack;
using Segmentation.LoadTests.Reporting;
using Segmentation.LoadTests.Systems;

namespace Segmentation.LoadTests.Commands;

/// <summary>
/// Everything that a stranger may send to take memory or time from others, against a server that is started for it, and
/// what somebody else's clicks and uploads feel meanwhile.
/// </summary>
internal static class AttackCommand
{
    private const double FullSeconds = 7;
    private const double ShortSeconds = 2;

    /// <summary>Runs at most of one attack.</summary>
    private const int Runs = 3;

    /// <summary>After this no further attack begins, which is a bound that does not hold.</summary>
    private static readonly TimeSpan _fullLimit = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan _shortLimit = TimeSpan.FromMinutes(5);

    public static Command Create()
    {
        var spawn = new Option<string>("--spawn")
        {
            Description = "What is started and attacked, on loopback only.",
            DefaultValueFactory = _ => SpawnedSystem.Standalone,
        };
        spawn.AcceptOnlyFromAmong(SpawnedSystem.Standalone, SpawnedSystem.Cluster);
        var only = new Option<string[]>("--only")
        {
            Description = $"These attacks alone: {string.Join(", ", AttackList.Names)}.",
            AllowMultipleArgumentsPerToken = true,
            HelpName = "name",
        };
        only.AcceptOnlyFromAmong(AttackList.Names);
        var isShort = new Option<bool>("--short")
        {
            Description = "Fewer and smaller attacks, on the services as they were built: at most three minutes.",
        };
        var seconds = new Option<double?>("--seconds")
        {
            Description = $"Time limit of each attack. Default {FullSeconds:0}, with --short {ShortSeconds:0}.",
        };
        var limits = new Option<bool>("--limits")
        {
            Description = "A cluster within the chart's limits on memory: gateway 2, encoder and silo 4 GiB.",
        };
        var identity = new Option<string>("--identity")
        {
            Description = "Who attacks: 'none', on a server without identity; 'key', the holder of an API key; 'stranger', "
                + "whose key is none of the server's.",
            DefaultValueFactory = _ => AttackIdentity.None,
        };
        identity.AcceptOnlyFromAmong(AttackIdentity.None, AttackIdentity.Key, AttackIdentity.Stranger);
        var json = Report.JsonOption();
        var command = new Command("attack", "What strangers may send to take memory or time from others.")
        {
            spawn, only, isShort, seconds, limits, identity, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var size = new AttackSize(
                parsed.GetValue(isShort),
                parsed.GetValue(seconds) ?? (parsed.GetValue(isShort) ? ShortSeconds : FullSeconds));
            if (!size.IsShort)
            {
                await PublishedServices.UseAsync(cancellationToken);
            }

            var hasLimits = parsed.GetValue(limits);
            using var who = await AttackIdentity.CreateAsync(parsed.GetRequiredValue(identity), cancellationToken);
            await using var run = new AttackRun(
                hasLimits ? SpawnedSystem.Cluster : parsed.GetRequiredValue(spawn), hasLimits, size, who);
            var attacks = AttackList.Chosen(size, parsed.GetValue(only) ?? []);
            var rows = await MeasureAsync(run, attacks, size.IsShort ? _shortLimit : _fullLimit, cancellationToken);
            return await Report.SaveAsync(rows, parsed.GetValue(json), cancellationToken);
        });
        return command;
    }

    /// <summary>Runs an attack, and again where all that does not hold is a time or memory that the machine shares.</summary>
    private static async Task<IReadOnlyList<AttackResult>> RunAsync(
        AttackRun run, IAttack attack, CancellationToken cancellationToken)
    {
        var results = new List<AttackResult> { await run.RunAsync(attack, cancellationToken) };
        while (results.Count < Runs && AttackResult.MayBeNoise(results[0]))
        {
            await Console.Out.WriteLineAsync("    Once more: the median of three runs counts.");
            results.Add(await run.RunAsync(attack, cancellationToken));
        }

        return results;
    }

    private static async Task<IReadOnlyList<Measurement>> MeasureAsync(
        AttackRun run, IEnumerable<IAttack> attacks, TimeSpan limit, CancellationToken cancellationToken)
    {
        var since = Stopwatch.GetTimestamp();
        await run.StartAsync(cancellationToken);
        await Console.Out.WriteLineAsync(AttackTable.Head(run.Unloaded));
        var rows = new List<Measurement>();
        foreach (var attack in attacks)
        {
            if (Stopwatch.GetElapsedTime(since) > limit)
            {
                rows.Add(Measurement.Of($"{attack.Name}: not run for want of time", "", [1], 0));
                await Console.Out.WriteLineAsync($"{attack.Name}: DOES NOT HOLD: not run for want of time");
                continue;
            }

            rows.AddRange(AttackResult.Together(await RunAsync(run, attack, cancellationToken)));
        }

        if (run.NoLimits is { } problem)
        {
            await Console.Out.WriteLineAsync($"limits: not measured, {problem}.");
        }

        foreach (var row in run.LimitRows())
        {
            rows.Add(row);
            await Console.Out.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{row.Name}: {row.Measured:0} {row.Unit}{(row.Holds ? "" : " DOES NOT HOLD")}"));
        }

        var broken = rows.Count(row => !row.Holds);
        await Console.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"{rows.Count(row => row.Bound is not null)} bounds, {broken} do not hold."));
        return rows;
    }
}
