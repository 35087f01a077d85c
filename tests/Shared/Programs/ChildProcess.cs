using System.Collections.Concurrent;
using System.Diagnostics;

namespace Segmentation.Tests.Shared;

/// <summary>
/// A program in a process group of its own. A shell stands between it and its starter and ends the whole group when its
/// input closes: however the starter ends, also by a crash, nothing it started outlives it.
/// </summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    // The guard ends with the program, or ends it.
    private const string Guard =
        "exec 3<&0; \"$@\" </dev/null & child=$!; echo $child; { cat <&3; kill -9 -$$; } >/dev/null 2>&1 & "
        + "wait $child; kill -9 -$$";

    private const int KeptLines = 80;
    private readonly Process _guard;
    private readonly string _name;
    private readonly string _id;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly Task _reading;

    private ChildProcess(Process guard, string name, string id, Action<string>? onLine)
    {
        (_guard, _name, _id) = (guard, name, id);
        _reading = Task.WhenAll(KeepAsync(guard.StandardOutput, onLine), KeepAsync(guard.StandardError, onLine));
    }

    /// <summary>Its process id.</summary>
    public int Id => int.Parse(_id, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Completes when it has ended and everything it printed has been read.</summary>
    public Task Ended => Task.WhenAll(_guard.WaitForExitAsync(), _reading);

    /// <summary>What it printed last.</summary>
    public string Output => $"{_name} ({_id}):\n{string.Join('\n', _lines)}";

    /// <summary>Starts a program.</summary>
    /// <param name="name">For messages.</param>
    /// <param name="onLine">Told every line it prints; null when nobody is.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <exception cref="MissingProgramException">The program is not there, or what guards it.</exception>
    public static async Task<ChildProcess> StartAsync(
        string name, Action<string>? onLine, params IReadOnlyList<string> command)
    {
        ProgramPath.Require("sh", command[0]);
        var guard = ProgramPath.Start(new ProcessStartInfo("setsid", ["sh", "-c", Guard, "guard", .. command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.Root,
        });
        var id = await guard.StandardOutput.ReadLineAsync()
            ?? throw new ProgramException($"{name} did not start.");
        return new ChildProcess(guard, name, id, onLine);
    }

    /// <summary>Asks it to end (SIGTERM) and waits until it has.</summary>
    public Task TerminateAsync(CancellationToken cancellationToken) => EndAsync("TERM", cancellationToken);

    /// <summary>Asks it to end at once, in order (SIGINT), and waits until it has.</summary>
    public Task InterruptAsync(CancellationToken cancellationToken) => EndAsync("INT", cancellationToken);

    /// <summary>Ends it without a word (SIGKILL).</summary>
    public async Task KillAsync()
    {
        await SignalAsync("KILL");
        await EndedAsync(CancellationToken.None);
        await DisposeAsync();
    }

    /// <summary>Lets it hang (SIGSTOP): its connections stay open, and nothing on them is answered.</summary>
    public Task PauseAsync() => SignalAsync("STOP");

    /// <summary>Lets it go on (SIGCONT).</summary>
    public Task ResumeAsync() => SignalAsync("CONT");

    public async ValueTask DisposeAsync()
    {
        if (!_guard.HasExited)
        {
            _guard.StandardInput.Close();
        }

        await EndedAsync(CancellationToken.None);
    }

    private async Task EndAsync(string signal, CancellationToken cancellationToken)
    {
        await SignalAsync(signal);
        await EndedAsync(cancellationToken);
        await DisposeAsync();
    }

    private Task EndedAsync(CancellationToken cancellationToken) =>
        Patience.WithinAsync(Ended, () => $"It did not end. {Output}", cancellationToken);

    // By the shell's own kill, since not every machine has a program of that name.
    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start(
            new ProcessStartInfo("sh", ["-c", $"kill -{signal} {_id}"]) { RedirectStandardError = true })!;
        await kill.WaitForExitAsync();
    }

    private async Task KeepAsync(StreamReader reader, Action<string>? onLine)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            onLine?.Invoke(line);
            _lines.Enqueue(line);
            if (_lines.Count > KeptLines)
            {
                _lines.TryDequeue(out _);
            }
        }
    }
}
