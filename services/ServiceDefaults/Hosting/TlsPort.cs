using System.Buffers.Binary;
using System.Text;
using Microsoft.AspNetCore.Connections;

namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>
/// The beginning of connections to a port with TLS. Clients without TLS are told that the port speaks it, in HTTP/1.1 or
/// in HTTP/2; a connection that merely breaks off would look like a server that is not there.
/// </summary>
internal sealed class TlsPort(ConnectionDelegate next)
{
    private const string Sentence = "This port speaks TLS only: use https.";

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

        var begin = await ConnectionStart.PeekAsync(connection, ConnectionStart.Http2.Length).ConfigureAwait(false);
        if (begin is not null)
        {
            await (ConnectionStart.Http2.SequenceEqual(begin)
                ? RefuseHttp2Async(connection)
                : ConnectionStart.RefuseHttp1Async(connection, Sentence)).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Settings, which a client expects first, and the frame that ends a connection, with the code for too little
    /// security and the sentence (RFC 9113, 6.5 and 6.8).
    /// </summary>
    private static async Task RefuseHttp2Async(ConnectionContext connection)
    {
        const int Head = 9;
        const byte Settings = 4, GoAway = 7, InadequateSecurity = 0x0c;
        var text = Encoding.ASCII.GetBytes(Sentence);
        var frames = new byte[Head + Head + 8 + text.Length];
        frames[3] = Settings;
        BinaryPrimitives.WriteUInt16BigEndian(frames.AsSpan(Head + 1), (ushort)(8 + text.Length));
        frames[Head + 3] = GoAway;
        frames[Head + Head + 7] = InadequateSecurity;
        text.CopyTo(frames, Head + Head + 8);
        await connection.Transport.Output.WriteAsync(frames).ConfigureAwait(false);
        await connection.Transport.Output.CompleteAsync().ConfigureAwait(false);
    }
}
