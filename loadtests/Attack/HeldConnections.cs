using System.Net.Sockets;
using System.Text;

namespace Segmentation.LoadTests.Attack;

/// <summary>
/// Bare connections of one address that say something, then a few bytes at a time or nothing, and stay.
/// </summary>
/// <param name="name">The attack's name.</param>
/// <param name="sent">What is sent, in words.</param>
/// <param name="count">Connections.</param>
/// <param name="first">The text of each at its beginning; empty for none.</param>
internal sealed class HeldConnections(string name, string sent, int count, string first) : IAttack
{
    /// <summary>Stands for the header that says who calls.</summary>
    private const string Caller = "{caller}";

    private const int Ticks = 4;
    private const int Openers = 16;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public string Sent => sent;

    /// <inheritdoc/>
    public AttackBounds Bounds { get; init; } = AttackBounds.Budget(100);

    /// <summary>Bytes that each sends a second after the beginning; 0 for none.</summary>
    public int BytesOfASecond { get; init; }

    /// <summary>Start of a request over HTTP/1.1 to a path.</summary>
    public static string Request(string path, string headers) =>
        $"POST /{path} HTTP/1.1\r\nHost: localhost\r\n{Caller}\r\n"
        + $"Content-Type: application/octet-stream\r\n{headers}\r\n\r\n";

    /// <inheritdoc/>
    public async Task RunAsync(AttackTarget target, Answers answers, CancellationToken end)
    {
        var connections = new List<NetworkStream>();
        try
        {
            await OpenAsync(target, connections, answers, end);
            await SendAsync(connections, end);
        }
        catch (OperationCanceledException)
        {
        }

        foreach (var connection in connections)
        {
            answers.Add(await StateAsync(connection));
            await connection.DisposeAsync();
        }
    }

    private async Task OpenAsync(
        AttackTarget target, List<NetworkStream> connections, Answers answers, CancellationToken end)
    {
        var (header, caller) = target.AttackersHeader;
        var bytes = Encoding.ASCII.GetBytes(first.Replace(Caller, $"{header}: {caller}", StringComparison.Ordinal));
        var left = count;
        await Task.WhenAll(Enumerable.Range(0, Openers).Select(async _ =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                try
                {
                    var connection = await AttackTarget.ConnectAsync(target.Http, end);
                    lock (connections)
                    {
                        connections.Add(connection);
                    }

                    await connection.WriteAsync(bytes, end);
                }
                catch (Exception error) when (error is SocketException or IOException)
                {
                    answers.Add("not connected");
                }
            }
        }));
    }

    private async Task SendAsync(List<NetworkStream> connections, CancellationToken end)
    {
        var tick = new byte[Math.Max(1, BytesOfASecond / Ticks)];
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / Ticks));
        while (await timer.WaitForNextTickAsync(end))
        {
            foreach (var connection in BytesOfASecond == 0 ? [] : connections)
            {
                try
                {
                    await connection.WriteAsync(tick, end);
                }
                catch (IOException)
                {
                    // The server closed it, which is told at the end.
                }
            }
        }
    }

    /// <summary>End of a connection: the server's last words, if there were any.</summary>
    private static async Task<string> StateAsync(NetworkStream connection)
    {
        try
        {
            var socket = connection.Socket;
            if (!socket.Poll(0, SelectMode.SelectRead))
            {
                return "still open at the end";
            }

            var buffer = new byte[64];
            var read = await socket.ReceiveAsync(buffer);
            return read == 0 ? "closed" : Encoding.ASCII.GetString(buffer, 0, read).Split('\r')[0];
        }
        catch (SocketException)
        {
            return "reset";
        }
    }
}
