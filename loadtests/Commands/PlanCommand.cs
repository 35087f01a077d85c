using System.CommandLine;
using Segmentation.LoadTests.Load;
using Segmentation.LoadTests.Planning;
using Segmentation.LoadTests.Reporting;
using Segmentation.LoadTests.Systems;

namespace Segmentation.LoadTests.Commands;

/// <summary>Machines, waits, memory and network for any number of people, by a discrete-event simulation.</summary>
internal static class PlanCommand
{
    public static Command Create()
    {
        var options = new PlanOptions();
        var json = Report.JsonOption();
        var command = new Command("plan", "Machines, waits, memory and network for any number of people, simulated.");
        foreach (var option in options.All.Append(json))
        {
            command.Options.Add(option);
        }

        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(options.Measure) is { } file)
            {
                await MeasureAsync(file, cancellationToken);
                return 0;
            }

            if (parsed.GetValue(options.Check))
            {
                await PublishedServices.UseAsync(cancellationToken);
                var seed = parsed.GetValue(options.Seed);
                var trace = Trace.Create(
                    parsed.GetValue(options.Rate),
                    parsed.GetValue(options.UploadRate),
                    parsed.GetValue(options.Seconds),
                    seed);
                var checks = await PlanCheck.RunAsync(trace, seed, cancellationToken);
                return await Report.WriteAsync(checks, parsed.GetValue(json), cancellationToken);
            }

            var rows = Plan(options, parsed, cancellationToken);
            foreach (var line in PlanTable.Lines(rows))
            {
                await Console.Out.WriteLineAsync(line);
            }

            return await Report.SaveAsync(
                [.. rows.SelectMany(PlanTable.Rows)], parsed.GetValue(json), cancellationToken);
        });
        return command;
    }

    private static List<PlanRow> Plan(PlanOptions options, ParseResult parsed, CancellationToken cancellationToken)
    {
        var measured = MeasuredTimes.Read(
            parsed.GetValue(options.Times)?.FullName
                ?? Path.Combine(AppContext.BaseDirectory, "Planning", "times.json"));
        var behaviour = options.Behaviour(parsed);
        var sizing = new Sizing(
            new ServiceTimes(measured),
            behaviour,
            options.Objectives(parsed),
            options.Form(parsed),
            parsed.GetValue(options.Seed));
        var rows = new List<PlanRow>();
        foreach (var users in parsed.GetRequiredValue(options.Users))
        {
            var (machines, outcome) = sizing.Find(users, cancellationToken);
            rows.Add(new(users, machines, outcome, behaviour, measured));
        }

        return rows;
    }

    private static async Task MeasureAsync(FileInfo file, CancellationToken cancellationToken)
    {
        await PublishedServices.UseAsync(cancellationToken);
        await using var system = await SpawnedSystem.StartAsync(SpawnedSystem.Cluster, cancellationToken);
        await using var clicker = await Clicker.StartAsync(
            system, new Pictures(Measuring.Pictures, skew: 1), isStream: false, cancellationToken);
        (await Measuring.MeasureAsync(system, clicker, cancellationToken)).Write(file.FullName);
    }
}
