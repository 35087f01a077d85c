using System.Net;
using System.Net.Sockets;

namespace Segmentation.Tests.Shared;

/// <summary>
/// Passes bytes between clients and a server, and can be told to cut all connections, or to pass nothing more, after a
/// number of bytes: what happens in the middle of a transfer happens there at every run of a test.
/// </summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly HashSet<Socket> _sockets = [];
    private readonly IPEndPoint _server;
    private readonly Task _accepting;
    private Limit? _limit;
    private long _toServer;
    private long _toClient;

    /// <param name="server">The server, on this machine.</param>
    public TcpProxy(Uri server)
    {
        _server = new IPEndPoint(IPAddress.Loopback, server.Port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Address for clients.</summary>
    public Uri Address => new($"http://{_listener.LocalEndpoint}");

    /// <summary>Bytes that were passed to clients so far.</summary>
    public long ToClient => Interlocked.Read(ref _toClient);

    /// <summary>Cuts all connections once so many more bytes were passed to the server; new ones are passed on.</summary>
    /// <returns>Completes when they are cut.</returns>
    public Task CutAfterRequest(long bytes) => Arm(new Limit(bytes, IsToServer: true, IsCut: true));

    /// <summary>Cuts all connections once so many more bytes were passed to clients; new ones are passed on.</summary>
    /// <returns>Completes when they are cut.</returns>
    public Task CutAfterAnswer(long bytes) => Arm(new Limit(bytes, IsToServer: false, IsCut: true));

    /// <summary>Passes nothing more, on any connection, once so many more bytes were passed to the server.</summary>
    /// <returns>Completes when nothing is passed.</returns>
    public Task HoldAfterRequest(long bytes) => Arm(new Limit(bytes, IsToServer: true, IsCut: false));

    /// <summary>Passes nothing more, on any connection, once so many more bytes were passed to clients.</summary>
    /// <returns>Completes when nothing is passed.</returns>
    public Task HoldAfterAnswer(long bytes) => Arm(new Limit(bytes, IsToServer: false, IsCut: false));

    /// <summary>Passes new connections on; those that were held are cut.</summary>
    public void Release()
    {
        lock (_gate)
        {
            _limit = null;
        }

        Cut();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Cut();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private Task Arm(Limit limit)
    {
        lock (_gate)
        {
            _limit = limit with
            {
                At = limit.Bytes + (limit.IsToServer ? Interlocked.Read(ref _toServer) : Interlocked.Read(ref _toClient)),
            };
            return _limit.Reached.Task;
        }
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var client = await _listener.AcceptSocketAsync(_stop.Token);
            _ = PassAsync(client);
        }
    }

    private async Task PassAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using (client)
        {
            try
            {
                await server.ConnectAsync(_server, _stop.Token);
                (client.NoDelay, server.NoDelay) = (true, true);
                lock (_gate)
                {
                    _sockets.Add(client);
                    _sockets.Add(server);
                }

                await Task.WhenAny(PassAsync(client, server, isToServer: true), PassAsync(server, client, isToServer: false));
            }
            catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The server is not there, or the test has ended.
            }
            finally
            {
                lock (_gate)
                {
                    _sockets.Remove(client);
                    _sockets.Remove(server);
                }
            }
        }
    }

    private async Task PassAsync(Socket from, Socket to, bool isToServer)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, SocketFlags.None, _stop.Token) is > 0 and var read)
            {
                if (IsOver(isToServer) is { } limit)
                {
                    await EndAsync(limit);
                    return;
                }

                await to.SendAsync(buffer.AsMemory(0, read), SocketFlags.None, _stop.Token);
                Interlocked.Add(ref isToServer ? ref _toServer : ref _toClient, read);
            }
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One end is closed: PassAsync of both closes the other.
        }
    }

    private Limit? IsOver(bool isToServer)
    {
        lock (_gate)
        {
            var passed = isToServer ? Interlocked.Read(ref _toServer) : Interlocked.Read(ref _toClient);
            return _limit is { } limit
                && (limit.IsHeld || (limit.IsToServer == isToServer && passed >= limit.At)) ? limit : null;
        }
    }

    private async Task EndAsync(Limit limit)
    {
        if (limit.IsCut)
        {
            lock (_gate)
            {
                _limit = ReferenceEquals(_limit, limit) ? null : _limit;
            }

            Cut();
            limit.Reached.TrySetResult();
            return;
        }

        limit.IsHeld = true;
        limit.Reached.TrySetResult();
        await Task.Delay(Timeout.Infinite, _stop.Token);
    }

    private void Cut()
    {
        lock (_gate)
        {
            foreach (var socket in _sockets)
            {
                // Reset, as by a process or a machine that died.
                socket.Close(0);
            }

            _sockets.Clear();
        }
    }

    private sealed record Limit(long Bytes, bool IsToServer, bool IsCut)
    {
        public long At { get; init; }

        public bool IsHeld { get; set; }

        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
