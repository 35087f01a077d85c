using System.Diagnostics;
using System.Text;

namespace Segmentation.Standalone.Tests;

/// <summary>The real program as its own process, on ports that the system chooses unless told otherwise.</summary>
internal sealed class StandaloneProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private StandaloneProcess(Process process)
    {
        _process = process;
        _process.OutputDataReceived += (_, line) => Collect(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Collect(_error, line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Everything printed to standard output so far.</summary>
    public string Output => Read(_output);

    /// <summary>Everything printed to standard error so far.</summary>
    public string Error => Read(_error);

    /// <summary>gRPC's address, from the banner.</summary>
    public Uri Grpc => AddressAfter("gRPC (HTTP/2)");

    /// <summary>The other port's address, from the banner.</summary>
    public Uri Http => AddressAfter("HTTP/1.1 ");

    /// <summary>The operators' port's address, from the banner.</summary>
    public Uri Operators => AddressAfter("Operators");

    /// <summary>Starts the program with options, such as <c>Segmentation:Endpoints:GrpcPort=0</c>.</summary>
    public static StandaloneProcess Start(params string[] options) => StartAtHome(null, options);

    /// <summary>Starts the program for a user with another home folder; null: this user's own.</summary>
    public static StandaloneProcess StartAtHome(string? home, params string[] options)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Segmentation.Standalone.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. options.Select(option => $"--{option}")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        if (home is not null)
        {
            start.Environment["HOME"] = home;
        }

        return new StandaloneProcess(Process.Start(start) ?? throw new InvalidOperationException("Not started."));
    }

    /// <summary>Starts the program and waits for its banner.</summary>
    public static Task<StandaloneProcess> StartReadyAsync(
        CancellationToken cancellationToken, params string[] options) =>
        ReadyAsync(Start(["Segmentation:Endpoints:GrpcPort=0", "Segmentation:Endpoints:HttpPort=0", .. options]), cancellationToken);

    /// <summary>Waits for the banner of a program that was started.</summary>
    public static async Task<StandaloneProcess> ReadyAsync(StandaloneProcess process, CancellationToken cancellationToken)
    {
        var exited = process._process.WaitForExitAsync(cancellationToken);
        if (await Task.WhenAny(process._ready.Task, exited) == exited)
        {
            await exited;
            throw new InvalidOperationException($"It ended:\n{process.Output}\n{process.Error}");
        }

        return process;
    }

    /// <summary>Waits until the program ends by itself.</summary>
    public async Task<int> ExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static string Read(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    private void Collect(StringBuilder text, string? line)
    {
        lock (text)
        {
            text.AppendLine(line);
        }

        if (line?.Contains("readyz", StringComparison.Ordinal) == true)
        {
            _ready.TrySetResult();
        }
    }

    private Uri AddressAfter(string label) => new(
        Output.Split('\n').First(line => line.Contains(label, StringComparison.Ordinal)).Split(label)[1].Trim());
}
