using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>Hands connections that this process opens to its own server.</summary>
internal sealed class InProcessListener : IConnectionListener
{
    private readonly Channel<InProcessConnection> _opened = Channel.CreateUnbounded<InProcessConnection>();

    public EndPoint EndPoint => InProcessPort.EndPoint;

    /// <summary>Opens a connection.</summary>
    /// <returns>The client's side.</returns>
    /// <exception cref="IOException">The server has stopped.</exception>
    public Stream Connect()
    {
        var connection = new InProcessConnection();
        return _opened.Writer.TryWrite(connection) ? connection.Client : throw new IOException("The server has stopped.");
    }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
        await _opened.Reader.WaitToReadAsync(cancellationToken) && _opened.Reader.TryRead(out var connection)
            ? connection
            : null;

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _opened.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => UnbindAsync();
}
