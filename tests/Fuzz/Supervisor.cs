using System.Diagnostics;
using System.Globalization;
using Segmentation.Fuzz.Engine;

namespace Segmentation.Fuzz;

/// <summary>
/// Runs each target in a process of its own, since an input may kill it: that input is a find, and the target goes on.
/// </summary>
internal sealed class Supervisor(FuzzOptions options)
{
    private const int MostDeaths = 20;
    private const int LinesOfDeath = 40;

    /// <summary>Runs all targets and says a line about each.</summary>
    /// <returns>0, or 1 when something was found.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var program = InstrumentedCopy.Make();
        var share = options.Seconds / options.Targets.Count;
        long finds = 0, inputs = 0;
        foreach (var target in options.Targets)
        {
            var run = await RunAsync(program, target, share, cancellationToken);
            finds += run.Finds;
            inputs += run.Inputs;
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{inputs} inputs, {finds} finds{(finds > 0 ? $" in {options.Finds}" : "")}"));
        return finds == 0 ? 0 : 1;
    }

    private async Task<(long Inputs, long Finds)> RunAsync(
        string program, string target, double? seconds, CancellationToken cancellationToken)
    {
        var stateFile = Path.GetTempFileName();
        var start = Stopwatch.GetTimestamp();
        try
        {
            using var state = new RunState(stateFile, Worker.MostBytes);
            for (var deaths = 0; !state.HasEnded && deaths < MostDeaths;)
            {
                var left = seconds - Stopwatch.GetElapsedTime(start).TotalSeconds;
                if (left <= 0)
                {
                    break;
                }

                // Another seed after a death: the same one would lead to the same input.
                var words = await StartAsync(program, target, options.Seed + deaths, left, stateFile, cancellationToken);
                if (!state.HasEnded)
                {
                    deaths++;
                    new FindFolder(options.Finds, options.Seed).Write(target, state.Input, words);
                    state.Finds++;
                }
            }

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{target,-12} {state.Inputs,9} inputs  {state.Edges,6} edges  {state.Corpus,5} kept  {state.Finds} finds  "
                    + $"{Stopwatch.GetElapsedTime(start).TotalSeconds:0} s"));
            return (state.Inputs, state.Finds);
        }
        finally
        {
            File.Delete(stateFile);
        }
    }

    /// <summary>Runs the process.</summary>
    /// <returns>Its exit code and the end of what it wrote to standard error.</returns>
    private async Task<string> StartAsync(
        string program,
        string target,
        int seed,
        double? seconds,
        string stateFile,
        CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            program, "--worker", stateFile, "--target", target, "--finds", options.Finds,
            "--seed", seed.ToString(CultureInfo.InvariantCulture),
            .. seconds is { } time ? new[] { "--seconds", time.ToString(CultureInfo.InvariantCulture) } : [],
            .. options.Inputs is { } inputs ? new[] { "--inputs", inputs.ToString(CultureInfo.InvariantCulture) } : [],
            .. options.Corpus is { } corpus ? new[] { "--corpus", corpus } : [],
        ];
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments)
        {
            RedirectStandardError = true,

            // With the limit that the process itself sets: of several threads the counts of edges would be mixed.
            Environment = { ["DOTNET_PROCESSOR_COUNT"] = "1" },
        })!;
        var last = new Queue<string>();
        process.ErrorDataReceived += (_, line) =>
        {
            last.Enqueue(line.Data ?? "");
            if (last.Count > LinesOfDeath)
            {
                last.Dequeue();
            }
        };
        process.BeginErrorReadLine();
        try
        {
            // Ends when all of standard error was read, too.
            await process.WaitForExitAsync(cancellationToken);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }

        return $"The process ended with {process.ExitCode}.\n{string.Join('\n', last)}";
    }
}
