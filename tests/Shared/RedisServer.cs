using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Segmentation.Tests.Shared;

/// <summary>
/// A Redis-protocol server of a test's own, on a loopback port that the system chose. Without the program the test is
/// skipped, or fails where CI says that it must be there.
/// </summary>
internal sealed class RedisServer : IAsyncDisposable
{
    /// <summary>The dotnet tool of the repository's manifest: <c>dotnet tool restore</c> brings it.</summary>
    public const string Garnet = "garnet-server";

    /// <summary>The system's package.</summary>
    public const string Redis = "redis-server";

    private const string Ready = "Ready to accept connections";

    private readonly string _program;
    private readonly int _port;
    private Process? _process;

    private RedisServer(string program)
    {
        _program = program;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _port = ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>How StackExchange.Redis reaches it.</summary>
    public string ConnectionString => $"127.0.0.1:{_port}";

    /// <summary>Starts a server and waits until it accepts connections.</summary>
    public static async Task<RedisServer> StartAsync(string program, CancellationToken cancellationToken)
    {
        var server = new RedisServer(program);
        try
        {
            await server.StartAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it, empty, on the port it had before.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var isReady = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = new Process { StartInfo = StartInfo() };
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                isReady.TrySetResult(false);
            }
            else if (line.Data.Contains(Ready, StringComparison.Ordinal))
            {
                isReady.TrySetResult(true);
            }
        };
        try
        {
            process.Start();
        }
        catch (Win32Exception error)
        {
            Missing(error.Message);
        }

        // Read until its end, so that the server never waits for room in a pipe.
        _process = process;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (!await isReady.Task.WaitAsync(cancellationToken))
        {
            Missing("It ended without accepting connections.");
        }
    }

    /// <summary>Kills it: nothing is saved, nobody is told.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
        }
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    private void Missing(string why)
    {
        var reason = $"{_program} cannot be started: {why}";
        if (Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail(reason);
        }

        Assert.Skip(reason);
    }

    private ProcessStartInfo StartInfo()
    {
        var port = _port.ToString(CultureInfo.InvariantCulture);
        string[] command = _program == Garnet
            ? ["dotnet", "tool", "run", Garnet, "--", "--port", port, "--bind", "127.0.0.1", "--memory", "256m"]
            : [Redis, "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
        return new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = RepositoryRoot(),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, ".config", "dotnet-tools.json")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("No .config/dotnet-tools.json above the tests.");
        }

        return folder.FullName;
    }
}
