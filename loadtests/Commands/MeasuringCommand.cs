using System.CommandLine;
using Segmentation.LoadTests.Reporting;
using Segmentation.LoadTests.Systems;
using Segmentation.Tests.Shared;

namespace Segmentation.LoadTests.Commands;

/// <summary>Commands that measure, print a table, and write JSON where <c>--json</c> names a file.</summary>
internal static class MeasuringCommand
{
    /// <param name="name">The command's name.</param>
    /// <param name="description">Its line in the help.</param>
    /// <param name="options">Its own options.</param>
    /// <param name="measure">Gives the rows of the table.</param>
    public static Command Create(
        string name,
        string description,
        IEnumerable<Option> options,
        Func<ParseResult, CancellationToken, Task<IReadOnlyList<Measurement>>> measure)
    {
        var json = Report.JsonOption();
        var command = new Command(name, description);
        foreach (var option in options.Append(json))
        {
            command.Options.Add(option);
        }

        command.SetAction(async (parsed, cancellationToken) =>
        {
            var rows = await measure(parsed, cancellationToken);
            return await Report.WriteAsync(rows, parsed.GetValue(json), cancellationToken);
        });
        return command;
    }

    /// <summary>A command that publishes the services and measures the systems that <c>--spawn</c> names.</summary>
    /// <param name="name">The command's name.</param>
    /// <param name="description">Its line in the help.</param>
    /// <param name="system">The system that is measured where none is named.</param>
    /// <param name="options">Its own options.</param>
    /// <param name="measure">Gives the rows of the system of this name.</param>
    public static Command CreateOnSystems(
        string name,
        string description,
        string system,
        IEnumerable<Option> options,
        Func<string, ParseResult, CancellationToken, Task<IReadOnlyList<Measurement>>> measure)
    {
        var spawn = SpawnedSystem.Option(system);
        return Create(name, description, [spawn, .. options], async (parsed, cancellationToken) =>
        {
            await PublishedServices.UseAsync(cancellationToken);
            var rows = new List<Measurement>();
            foreach (var chosen in parsed.GetRequiredValue(spawn).Distinct())
            {
                rows.AddRange(await measure(chosen, parsed, cancellationToken));
            }

            return rows;
        });
    }

    /// <summary>The option that chooses the Redis server.</summary>
    public static Option<string> RedisOption()
    {
        var redis = new Option<string>("--redis")
        {
            DefaultValueFactory = _ => RedisProcess.Garnet,
            Description = "Redis server to run.",
        };
        redis.AcceptOnlyFromAmong(RedisProcess.Garnet, RedisProcess.Redis);
        return redis;
    }
}
