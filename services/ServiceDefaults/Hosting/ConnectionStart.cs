using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;

namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>Looks at the first bytes of a connection, and answers those that a port cannot serve.</summary>
internal static class ConnectionStart
{
    /// <summary>Longest silence of a new connection: as long as the server waits for a request's head.</summary>
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(30);

    /// <summary>Time in which a refused client closes the connection.</summary>
    private static readonly TimeSpan _closing = TimeSpan.FromSeconds(2);

    /// <summary>Bytes that are taken from a refused client.</summary>
    private const long MostTaken = 64 * 1024;

    /// <summary>The first bytes of a connection of HTTP/2.</summary>
    public static ReadOnlySpan<byte> Http2 => "PRI"u8;

    /// <summary>Reads the first bytes and leaves them there.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="count">How many bytes.</param>
    /// <returns>The bytes, fewer when the connection ends; null when it said nothing in time, or has gone.</returns>
    public static async Task<byte[]?> PeekAsync(ConnectionContext connection, int count)
    {
        using var timeout = new CancellationTokenSource(_timeout, TimeProvider.System);
        var input = connection.Transport.Input;
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(timeout.Token).ConfigureAwait(false);
                var isEnough = read.Buffer.Length >= count;
                var begin = read.Buffer.Slice(0, Math.Min(count, read.Buffer.Length)).ToArray();
                input.AdvanceTo(read.Buffer.Start, isEnough ? read.Buffer.Start : read.Buffer.End);
                if (isEnough || read.IsCompleted || read.IsCanceled)
                {
                    return begin;
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            return null;
        }
    }

    /// <summary>
    /// Waits until the client has said whether it speaks HTTP/2, tells it in that version why the port does not serve it,
    /// and ends the connection.
    /// </summary>
    public static async Task RefuseAsync(ConnectionContext connection, string sentence)
    {
        if (await PeekAsync(connection, Http2.Length).ConfigureAwait(false) is { } begin)
        {
            await (Http2.SequenceEqual(begin)
                ? RefuseHttp2Async(connection, sentence)
                : RefuseHttp1Async(connection, sentence)).ConfigureAwait(false);
        }
    }

    /// <summary>Answers a request of HTTP/1.1 with status 400 and a sentence, and ends the connection.</summary>
    public static async Task RefuseHttp1Async(ConnectionContext connection, string sentence)
    {
        var body = $$"""
            {"code":3,"message":"{{JsonEncodedText.Encode(sentence)}}"}

            """;
        var text = $"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n"
            + $"Connection: close\r\n\r\n{body}";
        await EndWithAsync(connection, Encoding.ASCII.GetBytes(text)).ConfigureAwait(false);
    }

    /// <summary>
    /// Sends settings, which a client expects first, and the frame that ends a connection, with the code for too little
    /// security and the sentence (RFC 9113, 6.5 and 6.8).
    /// </summary>
    private static async Task RefuseHttp2Async(ConnectionContext connection, string sentence)
    {
        const int Head = 9;
        const byte Settings = 4, GoAway = 7, InadequateSecurity = 0x0c;
        var text = Encoding.ASCII.GetBytes(sentence);
        var frames = new byte[Head + Head + 8 + text.Length];
        frames[3] = Settings;
        BinaryPrimitives.WriteUInt16BigEndian(frames.AsSpan(Head + 1), (ushort)(8 + text.Length));
        frames[Head + 3] = GoAway;
        frames[Head + Head + 7] = InadequateSecurity;
        text.CopyTo(frames, Head + Head + 8);
        await EndWithAsync(connection, frames).ConfigureAwait(false);
    }

    /// <summary>
    /// Sends the last bytes of a connection, and takes what the client still sends until the client closes: a system that
    /// closes a connection with unread bytes resets it, and the client may lose the answer.
    /// </summary>
    private static async Task EndWithAsync(ConnectionContext connection, byte[] bytes)
    {
        var (input, output) = (connection.Transport.Input, connection.Transport.Output);
        using var timeout = new CancellationTokenSource(_closing, TimeProvider.System);
        try
        {
            await output.WriteAsync(bytes, timeout.Token).ConfigureAwait(false);
            await output.CompleteAsync().ConfigureAwait(false);
            for (var taken = 0L; taken < MostTaken;)
            {
                var read = await input.ReadAsync(timeout.Token).ConfigureAwait(false);
                taken += read.Buffer.Length;
                input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted || read.IsCanceled)
                {
                    break;
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The client has gone, or does not close.
        }
    }
}
