using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Segmentation.Fuzz.Gateway;

/// <summary>Kestrel's transport without sockets: thousands of connections a second leave no port behind.</summary>
internal sealed class PipeTransport : IConnectionListenerFactory
{
    // As sockets have it: the first port is that of gRPC, the second one HTTP's.
    private readonly List<Listener> _listeners = [];

    /// <summary>Hands a connection to the server.</summary>
    /// <param name="port">0 for HTTP/2, 1 for HTTP/1.1: the order in which the host listens.</param>
    /// <param name="connection">The connection, with what the client has sent already.</param>
    public void Connect(int port, PipeConnection connection) => _listeners[port].Waiting.Writer.TryWrite(connection);

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var listener = new Listener(new IPEndPoint(IPAddress.Loopback, _listeners.Count + 1));
        _listeners.Add(listener);
        return ValueTask.FromResult<IConnectionListener>(listener);
    }

    private sealed class Listener(EndPoint endpoint) : IConnectionListener
    {
        public Channel<ConnectionContext> Waiting { get; } = Channel.CreateUnbounded<ConnectionContext>();

        public EndPoint EndPoint => endpoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
            await Waiting.Reader.WaitToReadAsync(cancellationToken) && Waiting.Reader.TryRead(out var connection)
                ? connection
                : null;

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            Waiting.Writer.TryComplete();
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => UnbindAsync();
    }
}
