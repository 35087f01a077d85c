using Microsoft.AspNetCore.Connections;

namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>
/// The beginning of connections to a port with TLS. Clients without TLS are told that the port speaks it, in HTTP/1.1 or
/// in HTTP/2; a connection that merely breaks off would look like a server that is not there.
/// </summary>
internal sealed class TlsPort(ConnectionDelegate next)
{
    /// <summary>The first byte of a connection with TLS: a record of a handshake.</summary>
    private const byte Handshake = 0x16;

    /// <summary>Handles a connection.</summary>
    public async Task OnConnectionAsync(ConnectionContext connection)
    {
        if (await ConnectionStart.PeekAsync(connection, 1).ConfigureAwait(false) is not [var first])
        {
            return;
        }

        if (first == Handshake)
        {
            await next(connection).ConfigureAwait(false);
            return;
        }

        await ConnectionStart.RefuseAsync(connection, "This port speaks TLS only: use https.").ConfigureAwait(false);
    }
}
