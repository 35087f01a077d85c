using System.CommandLine;

namespace Segmentation.Fuzz;

/// <summary>The command line.</summary>
internal static class FuzzCommand
{
    private const double DefaultSeconds = 60;

    /// <summary>Makes the command: runs targets, replays one input, or is the process in which a target runs.</summary>
    public static RootCommand Create()
    {
        var seed = new Option<int>("--seed")
        {
            Description = "Seed of everything random; with --inputs the same run again.", DefaultValueFactory = _ => 1,
        };
        var seconds = new Option<double?>("--seconds")
        {
            Description = $"Time for all targets together; {DefaultSeconds:0} without --inputs.",
        };
        var inputs = new Option<long?>("--inputs") { Description = "Inputs for each target." };
        var targets = new Option<string[]>("--target")
        {
            Description = $"Targets, all of them without it: {string.Join(", ", FuzzTargets.Names)}.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [],
        };
        targets.AcceptOnlyFromAmong([.. FuzzTargets.Names]);
        var corpus = new Option<string?>("--corpus")
        {
            Description = "Folder with a folder of inputs for each target, to begin with and to add to.",
        };
        var finds = new Option<string>("--finds")
        {
            Description = "Folder for inputs that went wrong.", DefaultValueFactory = _ => "fuzz-finds",
        };
        var replay = new Option<string?>("--replay")
        {
            Description = "Runs the input of a find once, and nothing else; its file's name begins with the target's.",
        };
        var worker = new Option<string?>("--worker") { Hidden = true };
        var command = new RootCommand("Feeds damaged inputs to everything that reads what strangers send.")
        {
            seed, seconds, inputs, targets, corpus, finds, replay, worker,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            if (parsed.GetValue(replay) is { } file)
            {
                return Task.FromResult(Replay.Run(file, parsed.GetValue(targets)!));
            }

            var count = parsed.GetValue(inputs);
            var options = new FuzzOptions(
                parsed.GetValue(seed),
                parsed.GetValue(seconds) ?? (count is null ? DefaultSeconds : null),
                count,
                parsed.GetValue(targets) is { Length: > 0 } chosen ? chosen : [.. FuzzTargets.Names],
                parsed.GetValue(corpus) is { } folder ? Path.GetFullPath(folder) : null,
                Path.GetFullPath(parsed.GetValue(finds)!));
            return parsed.GetValue(worker) is { } state
                ? Task.FromResult(Worker.Run(options, state))
                : new Supervisor(options).RunAsync(cancellationToken);
        });
        return command;
    }
}
