using System.CommandLine.Parsing;
using System.Globalization;
using Segmentation.Cli.Commands;
using Segmentation.Client.Projects;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Cli.Projects;

/// <summary><c>segctl projects run</c>: starts a run, and waits for its end where that is asked for.</summary>
internal static class ProjectRunner
{
    private const int MaxNamed = 20;

    /// <summary>Starts a run.</summary>
    /// <returns>0; 1 where the run was waited for and did not do all pictures.</returns>
    public static async Task<int> RunAsync(
        ProjectServer server, RunArguments arguments, CancellationToken cancellationToken)
    {
        var project = await server.FindAsync(arguments.Project, cancellationToken).ConfigureAwait(false);
        var labels = await server
            .LabelsAsync(project, "--label", arguments.Label is { } name ? [name] : [], cancellationToken)
            .ConfigureAwait(false);
        var request = new StartRunRequest
        {
            Project = project.Id,
            Stage = arguments.Stage,
            Preset = arguments.Preset ?? "",
            Label = labels is [var label, ..] ? label : 0,
            Filter = new PictureFilter { Excluded = false },
        };
        var run = await StartAsync(server, request, cancellationToken).ConfigureAwait(false);
        if (!arguments.Wait)
        {
            await Console.Out.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"run {run.Id} over {run.PictureCount} pictures; 'segctl projects status {project.Name}' shows its progress."))
                .ConfigureAwait(false);
            return CommandRunner.Success;
        }

        return await WaitAsync(server, project, run, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stages as the command line has them.</summary>
    public static IReadOnlyList<string> Stages { get; } = [NameOf(RunStage.SemiAutomatic), NameOf(RunStage.Automatic)];

    /// <summary>Reads a stage as the command line has it.</summary>
    public static RunStage ParseStage(ArgumentResult result)
    {
        var name = result.Tokens[0].Value;
        foreach (var stage in (ReadOnlySpan<RunStage>)[RunStage.SemiAutomatic, RunStage.Automatic])
        {
            if (NameOf(stage) == name)
            {
                return stage;
            }
        }

        result.AddError($"--stage: '{name}' is none of {string.Join(", ", Stages)}.");
        return RunStage.Unspecified;
    }

    /// <summary>A stage as the command line has it.</summary>
    public static string NameOf(RunStage stage) => stage == RunStage.SemiAutomatic ? "semi-automatic" : "automatic";

    /// <summary>
    /// Starts the run, or finds the one that the same command started before and that has not ended: both are sent under
    /// one id. A run that has ended is followed by a new one.
    /// </summary>
    private static async Task<Run> StartAsync(
        ProjectServer server, StartRunRequest request, CancellationToken cancellationToken)
    {
        var options = request.ToString();
        for (var attempt = 1; ; attempt++)
        {
            request.RequestId = NameBasedId
                .Of(Guid.Parse(request.Project), string.Create(CultureInfo.InvariantCulture, $"run/{options}/{attempt}"))
                .ToString("D");
            var run = await server.Client.Runs.StartAsync(request, cancellationToken).ConfigureAwait(false);
            if (run.State is RunState.Running or RunState.Paused)
            {
                return run;
            }
        }
    }

    private static async Task<int> WaitAsync(
        ProjectServer server, Project project, Run run, CancellationToken cancellationToken)
    {
        using var progress = new ProgressLine();
        await foreach (var now in server.Client.Runs.WatchAsync(project.Id, run.Id, cancellationToken).ConfigureAwait(false))
        {
            run = now;
            progress.Show("run", run.DoneCount + run.FailedCount, run.PictureCount, ProjectStatus.TextOf(run));
        }

        var named = 0;
        await foreach (var error in server.Client.Runs.ListErrorsAsync(project.Id, run.Id, cancellationToken).ConfigureAwait(false))
        {
            if (named++ == MaxNamed)
            {
                break;
            }

            progress.Note($"failed: {error.Item}: {error.Reason}");
        }

        progress.Dispose();
        await Console.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"run {run.Id}: {ProjectStatus.TextOf(run)}")).ConfigureAwait(false);
        return run.State == RunState.Done && run.FailedCount == 0 ? CommandRunner.Success : CommandRunner.Failure;
    }
}
