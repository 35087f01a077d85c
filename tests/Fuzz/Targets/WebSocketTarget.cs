using System.Text;
using Google.Protobuf;
using Segmentation.Fuzz.Engine;
using Segmentation.Fuzz.Gateway;
using Segmentation.Fuzz.Seeds;
using Segmentation.Protocol.V1;

namespace Segmentation.Fuzz.Targets;

/// <summary>The frames of a WebSocket, as bytes behind the request that opened it, to the whole gateway.</summary>
internal sealed class WebSocketTarget : IFuzzTarget
{
    private static readonly byte[] _upgrade =
    [
        .. "GET /v1/session HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"u8,
        .. "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"u8,
    ];

    private readonly GatewayServer _server = new();

    public bool IsThreaded => true;

    public int MaxLength => 4096;

    public IReadOnlyList<byte[]> Words =>
        [Frame(9, []), Frame(10, []), Frame(8, [0x03, 0xE8]), [0x00, 0x80, 0, 0, 0, 0], [0x80, 0xFE, 0xFF, 0xFF], [0x82, 0xFF]];

    public IEnumerable<byte[]> Seeds
    {
        get
        {
            var session = Messages.All.OfType<SegmentStreamRequest>().ToArray();
            var close = Frame(8, [0x03, 0xE8]);
            yield return [.. session.SelectMany(message => Frame(2, message.ToByteArray())), .. close];
            yield return [.. session.SelectMany(message => Frame(1, Json(message))), .. close];
            yield return [.. Frame(1, Json(session[0])), .. Frame(9, [1, 2]), .. Frame(2, session[2].ToByteArray())];
            var whole = Json(session[3]);
            yield return [.. Frame(1, whole[..20], isLast: false), .. Frame(0, whole[20..]), .. close];
            yield return Frame(8, [0x0F, 0xA3, .. "leaving"u8]);
        }
    }

    public long AllocationLimit(int length) => GatewayServer.MostAllocated;

    public void Dispose() => _server.Dispose();

    public void Run(byte[] input)
    {
        var answer = Encoding.Latin1.GetString(_server.Send(GatewayServer.Http1, [.. _upgrade, .. input]));
        Require.That(answer.StartsWith("HTTP/1.1 101", StringComparison.Ordinal), () => answer);
        Require.That(!answer.Contains("Exception", StringComparison.Ordinal), () => answer);
    }

    /// <summary>A frame of a client, with a mask of zeros.</summary>
    private static byte[] Frame(byte kind, byte[] content, bool isLast = true)
    {
        var first = (byte)(kind | (isLast ? 0x80 : 0));
        return content.Length < 126
            ? [first, (byte)(0x80 | content.Length), 0, 0, 0, 0, .. content]
            : [first, 0xFE, (byte)(content.Length >> 8), (byte)content.Length, 0, 0, 0, 0, .. content];
    }

    private static byte[] Json(IMessage message) => Encoding.UTF8.GetBytes(JsonFormatter.Default.Format(message));
}
