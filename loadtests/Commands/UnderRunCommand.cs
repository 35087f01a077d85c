using System.CommandLine;
using System.Diagnostics;
using Segmentation.Client.Projects;
using Segmentation.LoadTests.Load;
using Segmentation.LoadTests.Reporting;
using Segmentation.LoadTests.Systems;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.LoadTests.Commands;

/// <summary>
/// Measures the cost of a run over a project to those who click: one person's clicks with the run at work and paused.
/// </summary>
internal static class UnderRunCommand
{
    private const double TailBound = 1.5;
    private const int PicturesOfTheRun = 200;

    public static Command Create()
    {
        var seconds = new Option<double>("--seconds")
        {
            DefaultValueFactory = _ => 8,
            Description = "Seconds of each of the six windows, in which the run is paused and at work in turn.",
        };
        var bound = Report.BoundOption("ratio of p99");
        return MeasuringCommand.Create(
            "under-run",
            "One person's clicks while a run searches the pictures of a project, against while the run is paused.",
            [seconds, bound],
            async (parsed, cancellationToken) =>
            {
                await PublishedServices.UseAsync(cancellationToken);
                return await MeasureAsync(
                    parsed.GetValue(seconds), parsed.GetValue(bound) ?? TailBound, cancellationToken);
            });
    }

    /// <summary>Three windows of each kind, in turn.</summary>
    private static async Task<IReadOnlyList<Measurement>> MeasureAsync(
        double seconds, double bound, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("segmentation-under-run-");
        try
        {
            await using var system = await SpawnedSystem.StartAsync(
                SpawnedSystem.Standalone, cancellationToken, options: [$"Projects:DataFolder={folder.FullName}"]);
            await using var clicker = await Clicker.StartAsync(
                system, new Pictures(2, 0), isStream: false, cancellationToken);
            var runs = new RunService.RunServiceClient(system.Channel);
            var project = await FillAsync(system.Address, cancellationToken);
            var run = await runs.StartRunAsync(
                new() { Project = project, Stage = RunStage.Automatic, Preset = "segment-anything" },
                cancellationToken: cancellationToken);
            await LoadRun.ClosedAsync(1, 2, n => clicker.ClickAsync(n, cancellationToken), cancellationToken);
            var (alone, under, done) = (new List<Latencies>(), new List<Latencies>(), new List<double>());
            for (var window = 0; window < 3; window++)
            {
                await ControlAsync(RunControl.Pause);
                alone.Add(await ClickAsync());
                var before = (await ControlAsync(RunControl.Resume)).DoneCount;
                var started = Stopwatch.GetTimestamp();
                under.Add(await ClickAsync());
                var now = await runs.GetRunAsync(
                    new() { Project = project, Run = run.Id }, cancellationToken: cancellationToken);
                done.Add((now.DoneCount - before) / Stopwatch.GetElapsedTime(started).TotalSeconds);
            }

            return
            [
                Measurement.Of("click p50, run paused", "ms", [.. alone.Select(times => times.At(50))]),
                Measurement.Of("click p99, run paused", "ms", [.. alone.Select(times => times.At(99))]),
                Measurement.Of("click p50, run at work", "ms", [.. under.Select(times => times.At(50))]),
                Measurement.Of("click p99, run at work", "ms", [.. under.Select(times => times.At(99))]),
                Measurement.Of("pictures of the run", "1/s", [.. done]),
                Measurement.Of(
                    "click p99, run at work / paused",
                    "ratio",
                    [.. under.Zip(alone, (a, b) => a.At(99) / b.At(99))],
                    bound),
            ];

            Task<Latencies> ClickAsync() => LoadRun.ClosedAsync(
                1, seconds, n => clicker.ClickAsync(n, cancellationToken), cancellationToken);

            Task<Run> ControlAsync(RunControl control) => runs.ControlRunAsync(
                new() { Project = project, Run = run.Id, Control = control },
                cancellationToken: cancellationToken).ResponseAsync;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Makes a project of photographs that nobody clicks on, and gives its id.</summary>
    private static async Task<string> FillAsync(Uri server, CancellationToken cancellationToken)
    {
        using var client = new ProjectsClient(server);
        var project = await client.CreateAsync("Run", cancellationToken: cancellationToken);
        for (var i = 0; i < PicturesOfTheRun; i++)
        {
            await client.Pictures.AddAsync(
                project.Id, $"{i}", Pictures.File(i + PicturesOfTheRun), cancellationToken: cancellationToken);
        }

        return project.Id;
    }
}
