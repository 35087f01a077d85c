using System.CommandLine.Parsing;
using System.Globalization;
using Segmentation.Cli.Commands;
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
        var request = new StartRunRequest
        {
            Project = project.Id,
            Stage = arguments.Stage,
            Preset = arguments.Preset ?? "",
            Label = await LabelAsync(server, project, arguments.Label, cancellationToken).ConfigureAwait(false),
            Filter = new PictureFilter { Excluded = false },
        };
        var run = await server.Client.Runs.StartAsync(request, cancellationToken).ConfigureAwait(false);
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

    /// <summary>Reads a stage as the command line has it.</summary>
    public static RunStage ParseStage(ArgumentResult result)
    {
        switch (result.Tokens[0].Value)
        {
            case "semi-automatic":
                return RunStage.SemiAutomatic;
            case "automatic":
                return RunStage.Automatic;
            default:
                result.AddError($"--stage: '{result.Tokens[0].Value}' is none of semi-automatic, automatic.");
                return RunStage.Unspecified;
        }
    }

    private static async Task<int> LabelAsync(
        ProjectServer server, Project project, string? name, CancellationToken cancellationToken)
    {
        if (name is null)
        {
            return 0;
        }

        var labels = await server.Client.ListLabelsAsync(project.Id, cancellationToken: cancellationToken).ConfigureAwait(false);
        return labels.FirstOrDefault(label => label.Name == name)?.Id
            ?? throw new CliException(
                $"--label: {project.Name} has no label '{name}'; its labels are "
                + $"{string.Join(", ", labels.Select(label => label.Name))}.",
                CommandRunner.Usage);
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
