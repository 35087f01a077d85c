using System.Diagnostics;
using Grpc.Core;
using Spectre.Console;

namespace Segmentation.LoadTests.Load;

/// <summary>Sends requests and times them.</summary>
internal static class LoadRun
{
    /// <summary>
    /// Open model: a request is sent when it is due, whether those before have been answered or not, and its time
    /// counts from then. A server that stands still is so charged with everybody it kept waiting (coordinated omission,
    /// Tene).
    /// </summary>
    /// <param name="schedule">When requests are due.</param>
    /// <param name="seconds">Length of every part of the schedule.</param>
    /// <param name="send">Sends the n-th request and waits for its answer.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>Times of each part.</returns>
    public static Task<List<(string Part, Latencies Times)>> OpenAsync(
        Schedule schedule, double seconds, Func<int, Task> send, CancellationToken cancellationToken) =>
        ShowAsync("clicks", schedule.Parts.Count * seconds, async () =>
        {
            var parts = new List<(string, Latencies)>();
            var count = 0;
            for (var part = 0; part < schedule.Parts.Count; part++)
            {
                var times = new Latencies();
                var under = new List<Task>();
                var begin = Stopwatch.GetTimestamp();
                foreach (var due in schedule.Due(part, seconds))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var dueAt = begin + (long)(due * Stopwatch.Frequency);
                    await UntilAsync(dueAt, cancellationToken);
                    under.Add(TimeAsync(times, dueAt, send(count++)));
                }

                await Task.WhenAll(under);
                parts.Add((schedule.Parts[part].Name, times));
            }

            return parts;
        });

    /// <summary>Closed model: so many people who each send a request when the last one was answered.</summary>
    /// <param name="people">How many.</param>
    /// <param name="seconds">For how long.</param>
    /// <param name="send">Sends the n-th request of all and waits for its answer.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public static Task<Latencies> ClosedAsync(
        int people, double seconds, Func<int, Task> send, CancellationToken cancellationToken) =>
        ShowAsync("clicks", seconds, async () =>
        {
            var times = new Latencies();
            var (begin, count) = (Stopwatch.GetTimestamp(), 0);
            await Task.WhenAll(Enumerable.Range(0, people).Select(async _ =>
            {
                while (Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var start = Stopwatch.GetTimestamp();
                    await TimeAsync(times, start, send(Interlocked.Increment(ref count)));
                }
            }));
            return times;
        });

    /// <summary>Waits for an answer and counts its time, or that it failed.</summary>
    public static async Task TimeAsync(Latencies times, long since, Task request)
    {
        try
        {
            await request;
            times.Add(Stopwatch.GetElapsedTime(since));
        }
        catch (RpcException error) when (error.StatusCode != StatusCode.Cancelled)
        {
            times.AddFailure();
        }
    }

    private static async Task UntilAsync(long timestamp, CancellationToken cancellationToken)
    {
        var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), timestamp);
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, cancellationToken);
        }
    }

    /// <summary>Shows how much of the time has gone, where somebody is looking.</summary>
    private static async Task<T> ShowAsync<T>(string what, double seconds, Func<Task<T>> run)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        if (!console.Profile.Capabilities.Interactive)
        {
            return await run();
        }

        return await console.Progress().StartAsync(async progress =>
        {
            var bar = progress.AddTask(what, maxValue: seconds);
            var running = run();
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
            var begin = Stopwatch.GetTimestamp();
            while (!running.IsCompleted && await timer.WaitForNextTickAsync())
            {
                bar.Value = Math.Min(Stopwatch.GetElapsedTime(begin).TotalSeconds, seconds);
            }

            bar.Value = seconds;
            return await running;
        });
    }
}
