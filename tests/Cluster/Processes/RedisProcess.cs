using System.Net;
using System.Net.Sockets;

namespace Segmentation.Cluster.Tests.Processes;

/// <summary>
/// A server that speaks Redis' protocol: Garnet by default, a dotnet tool that any machine can run; what
/// SEGMENTATION_REDIS_SERVER names instead, for example redis-server.
/// </summary>
internal sealed class RedisProcess : IAsyncDisposable
{
    private ChildProcess? _process;

    /// <summary>Where it listens; the same port after every restart.</summary>
    public int Port { get; } = Repository.FreePort();

    /// <summary>Connection string.</summary>
    public string Connection => $"{IPAddress.Loopback}:{Port}";

    /// <summary>Starts it, empty, and waits until it accepts connections.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // Orleans' membership table is changed by scripts, which Garnet runs only when told to.
        string[] command = Environment.GetEnvironmentVariable("SEGMENTATION_REDIS_SERVER") is { Length: > 0 } server
            ? [server, "--port", $"{Port}", "--bind", "127.0.0.1", "--save", ""]
            : ["dotnet", "tool", "run", "garnet-server", "--port", $"{Port}", "--bind", "127.0.0.1", "--lua"];
        _process = await ChildProcess.StartAsync("redis", command);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await AcceptsAsync(cancellationToken))
        {
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>SIGKILL: everything it held is gone.</summary>
    public Task KillAsync() => _process!.KillAsync();

    public ValueTask DisposeAsync() => _process?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task<bool> AcceptsAsync(CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
