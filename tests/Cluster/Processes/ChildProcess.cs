using System.Collections.Concurrent;
using System.Diagnostics;

namespace Segmentation.Cluster.Tests.Processes;

/// <summary>
/// A program in a process group of its own. A shell stands between it and the tests and ends the whole group when its
/// input closes: however the tests end, also by a crash, nothing they started outlives them.
/// </summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const string Guard = "\"$@\" </dev/null & echo $!; cat >/dev/null; kill -9 -$$";
    private const int KeptLines = 60;
    private readonly Process _guard;
    private readonly string _name;
    private readonly string _id;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly Task _reading;

    private ChildProcess(Process guard, string name, string id)
    {
        (_guard, _name, _id) = (guard, name, id);
        _reading = Task.WhenAll(KeepAsync(guard.StandardOutput), KeepAsync(guard.StandardError));
    }

    /// <summary>What it printed last, for a failed test.</summary>
    public string Output => $"{_name}:\n{string.Join('\n', _lines)}";

    /// <summary>Starts a program.</summary>
    /// <param name="name">For messages.</param>
    /// <param name="command">The program and its arguments.</param>
    public static async Task<ChildProcess> StartAsync(string name, params IEnumerable<string> command)
    {
        var guard = Process.Start(new ProcessStartInfo("setsid", ["sh", "-c", Guard, "guard", .. command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.Root,
        }) ?? throw new InvalidOperationException("setsid did not start.");
        var id = await guard.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException($"{name} did not start.");
        return new ChildProcess(guard, name, id);
    }

    /// <summary>Asks it to end (SIGTERM) and waits until it has.</summary>
    public async Task TerminateAsync(CancellationToken cancellationToken)
    {
        await SignalAsync("-TERM", _id);
        await SignalAsync("-0", _id, until: false, cancellationToken);
        await DisposeAsync();
    }

    /// <summary>Ends it without a word (SIGKILL), with whatever it started.</summary>
    public async Task KillAsync()
    {
        await SignalAsync("-KILL", _id);
        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_guard.HasExited)
        {
            _guard.StandardInput.Close();
        }

        await _guard.WaitForExitAsync();
        await _reading;
    }

    private static async Task<bool> SignalAsync(string signal, string id)
    {
        using var kill = Process.Start(
            new ProcessStartInfo("kill", [signal, id]) { RedirectStandardError = true })!;
        await kill.WaitForExitAsync();
        return kill.ExitCode == 0;
    }

    /// <summary>Repeats a signal until it does, or does not, find the process.</summary>
    private static async Task SignalAsync(string signal, string id, bool until, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await SignalAsync(signal, id) != until)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    private async Task KeepAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            _lines.Enqueue(line);
            if (_lines.Count > KeptLines)
            {
                _lines.TryDequeue(out _);
            }
        }
    }
}
