using System.Net;

namespace Segmentation.Tests.Shared;

/// <summary>
/// A server that speaks Redis' protocol, on a loopback port of its own; the same port after every restart.
/// </summary>
/// <param name="program"><see cref="Garnet"/> or <see cref="Redis"/>.</param>
internal sealed class RedisProcess(string program) : IAsyncDisposable
{
    /// <summary>A program of the tests' own, built with them: it needs nothing of the machine.</summary>
    public const string Garnet = "garnet-server";

    /// <summary>The system's package.</summary>
    public const string Redis = "redis-server";

    private const string Ready = "Ready to accept connections";
    private ChildProcess? _process;

    /// <summary>Which program it is.</summary>
    public string Program => program;

    /// <summary>Where it listens.</summary>
    public int Port { get; } = Repository.FreePort();

    /// <summary>
    /// Further arguments for the port, for example of TLS; an option that is given twice has the later value.
    /// </summary>
    public Func<int, IEnumerable<string>> More { get; init; } = _ => [];

    /// <summary>How StackExchange.Redis reaches it.</summary>
    public string ConnectionString => $"{IPAddress.Loopback}:{Port}";

    /// <summary>What it printed last.</summary>
    public string Output => _process?.Output ?? $"{program} was never started";

    /// <summary>Makes sure that a server can be started.</summary>
    /// <param name="program"><see cref="Garnet"/> or <see cref="Redis"/>.</param>
    /// <exception cref="MissingProgramException">The program is not on this machine.</exception>
    public static void Require(string program) => ProgramPath.Require(program == Garnet ? "dotnet" : program);

    /// <summary>Starts it, empty, and waits until it accepts connections.</summary>
    /// <exception cref="MissingProgramException">The program is not on this machine.</exception>
    /// <exception cref="ProgramException">It ended instead.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _process = await ChildProcess.StartAsync(
            program,
            line =>
            {
                if (line.Contains(Ready, StringComparison.Ordinal))
                {
                    ready.TrySetResult();
                }
            },
            Command);
        await Patience.WithinAsync(Task.WhenAny(ready.Task, _process.Ended), () => Output, cancellationToken);
        if (!ready.Task.IsCompleted)
        {
            throw new ProgramException($"{program} ended without accepting connections. {Output}");
        }
    }

    /// <summary>SIGKILL: everything it held is gone, and nobody is told.</summary>
    public Task KillAsync() => _process!.KillAsync();

    public ValueTask DisposeAsync() => _process?.DisposeAsync() ?? ValueTask.CompletedTask;

    // Orleans' membership table is changed by scripts, which Garnet runs only when told to.
    private string[] Command => program == Garnet
        ? [
            "dotnet", Repository.TestProgram("Garnet"),
            "--port", $"{Port}", "--bind", "127.0.0.1", "--memory", "512m", "--lua", .. More(Port),
        ]
        : [Redis, "--port", $"{Port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", .. More(Port)];
}
