using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Segmentation.LoadTests.Attack;

/// <summary>An HTTP/2 connection that sends any frame, and need not read.</summary>
internal sealed class Http2Connection : IAsyncDisposable
{
    /// <summary>The flag of a last frame of headers.</summary>
    public const byte EndHeaders = 4;

    /// <summary>The flag of a stream's last frame, and that a settings or ping frame is an answer.</summary>
    public const byte EndStream = 1;

    private const int FrameHeader = 9;
    private readonly NetworkStream _stream;

    private Http2Connection(NetworkStream stream) => _stream = stream;

    /// <summary>Connects.</summary>
    /// <param name="target">Whose gRPC port.</param>
    /// <param name="window">Bytes that the server may send on each stream before it is told that more may come.</param>
    /// <param name="cancellationToken">Ends connecting.</param>
    public static async Task<Http2Connection> OpenAsync(
        AttackTarget target, int window, CancellationToken cancellationToken)
    {
        var connection = new Http2Connection(await AttackTarget.ConnectAsync(target.Grpc, cancellationToken));
        var settings = new byte[6];
        settings[1] = 4; // SETTINGS_INITIAL_WINDOW_SIZE
        BinaryPrimitives.WriteInt32BigEndian(settings.AsSpan(2), window);
        await connection._stream.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray(), cancellationToken);
        await connection.SendAsync(Http2Frame.Settings, 0, 0, settings, cancellationToken);
        return connection;
    }

    /// <summary>Header block of a POST, each field a literal that is not indexed (RFC 7541, section 6.2.2).</summary>
    public static byte[] Post(AttackTarget target, string path, params IEnumerable<(string Name, string Value)> further)
    {
        var block = new List<byte>();
        IEnumerable<(string Name, string Value)> fields =
        [
            (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "localhost"),
            ("content-type", "application/grpc"), ("te", "trailers"),
            target.AttackersHeader, .. further,
        ];
        foreach (var (name, value) in fields)
        {
            block.Add(0);
            AddText(block, name);
            AddText(block, value);
        }

        return [.. block];
    }

    /// <summary>Bytes of a frame.</summary>
    public static byte[] Frame(Http2Frame type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[FrameHeader + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        frame[3] = (byte)type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(FrameHeader));
        return frame;
    }

    /// <summary>Sends a frame.</summary>
    public Task SendAsync(
        Http2Frame type, byte flags, int stream, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) =>
        SendAsync(Frame(type, flags, stream, payload.Span), cancellationToken);

    /// <summary>Sends bytes as they are.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        await _stream.WriteAsync(bytes, cancellationToken);

    /// <summary>
    /// Reads frames until the server says that the connection ends, or ends it; ping and settings stay unanswered.
    /// </summary>
    /// <returns>The error code of GOAWAY, or that the connection ended.</returns>
    public async Task<string> ReadToEndAsync(CancellationToken cancellationToken)
    {
        var header = new byte[FrameHeader];
        var payload = new byte[1 << 24];
        try
        {
            while (true)
            {
                await _stream.ReadExactlyAsync(header, cancellationToken);
                var length = BinaryPrimitives.ReadInt32BigEndian(header) >>> 8;
                await _stream.ReadExactlyAsync(payload.AsMemory(0, length), cancellationToken);
                if ((Http2Frame)header[3] == Http2Frame.GoAway)
                {
                    return $"GOAWAY {BinaryPrimitives.ReadInt32BigEndian(payload.AsSpan(4))}";
                }
            }
        }
        catch (IOException)
        {
            return "connection ended";
        }
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private static void AddText(List<byte> block, string text)
    {
        // Lengths from 127 on go over several bytes (RFC 7541, section 5.1).
        var length = text.Length;
        if (length < 127)
        {
            block.Add((byte)length);
        }
        else
        {
            block.Add(127);
            for (length -= 127; length >= 128; length >>= 7)
            {
                block.Add((byte)(length | 0x80));
            }

            block.Add((byte)length);
        }

        block.AddRange(Encoding.ASCII.GetBytes(text));
    }
}
