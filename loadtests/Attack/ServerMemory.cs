using System.Diagnostics;
using System.Globalization;

namespace Segmentation.LoadTests.Attack;

/// <summary>Physical memory of the server's processes, as Linux tells of it, in megabytes.</summary>
internal static class ServerMemory
{
    private const double KibibytesOfMegabyte = 1e6 / 1024;

    /// <summary>Begins a new peak for each process.</summary>
    public static void ResetPeaks(IEnumerable<int> processes)
    {
        foreach (var process in processes)
        {
            // "5" resets the peak resident size, see proc_pid_clear_refs(5).
            Try(() => File.WriteAllText($"/proc/{process}/clear_refs", "5"));
        }
    }

    /// <summary>Resident memory of all processes together, in megabytes.</summary>
    public static double Now(IEnumerable<int> processes) => processes.Sum(process => Field(process, "VmRSS:"));

    /// <summary>The sum of the most that each process held since <see cref="ResetPeaks"/>.</summary>
    public static double Peak(IEnumerable<int> processes) => processes.Sum(process => Field(process, "VmHWM:"));

    /// <summary>Waits until memory is at most so much, or the time is over.</summary>
    /// <returns>Megabytes then.</returns>
    public static async Task<double> SettleAsync(
        IReadOnlyList<int> processes, double megabytes, TimeSpan patience, CancellationToken cancellationToken)
    {
        var since = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (Now(processes) > megabytes && Stopwatch.GetElapsedTime(since) < patience)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
        }

        return Now(processes);
    }

    private static double Field(int process, string name)
    {
        var value = 0.0;
        Try(() =>
        {
            var line = File.ReadLines($"/proc/{process}/status")
                .FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
            var number = line?[name.Length..].Trim().Split(' ')[0];
            value = number is null ? 0 : double.Parse(number, CultureInfo.InvariantCulture) / KibibytesOfMegabyte;
        });
        return value;
    }

    // A process that has ended has no memory; that it ended is a row of its own.
    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (IOException)
        {
        }
        catch (UnauthorizedAccessException)
        {
        }
    }
}
