using System.Buffers.Binary;
using System.Text;
using Segmentation.Fuzz.Engine;
using Segmentation.Fuzz.Gateway;
using Segmentation.Fuzz.Seeds;

namespace Segmentation.Fuzz.Targets;

/// <summary>
/// Frames of HTTP/2 behind its preface, to the whole gateway: calls of gRPC. Nothing is logged above information.
/// </summary>
internal sealed class Http2Target : IFuzzTarget
{
    private const int HeadBytes = 9;
    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte EndStream = 1;
    private const byte EndHeaders = 4;

    private static readonly byte[] _preface =
        [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(4, 0, 0, [])];

    // The client wants no more answers than those that it asked for, so the server ends the connection after them.
    private static readonly byte[] _goAway = Frame(7, 0, 0, new byte[8]);

    private readonly GatewayServer _server = new();

    public int MaxLength => 4096;

    public bool IsThreaded => true;

    public IReadOnlyList<byte[]> Words =>
    [
        Frame(8, 0, 1, [0, 0, 1, 0]), Frame(3, 0, 1, [0, 0, 0, 8]), Frame(6, 0, 0, new byte[8]), Frame(2, 0, 1, new byte[5]),
        Frame(4, 0, 0, [0, 4, 0, 0, 0, 1]), Frame(9, EndHeaders, 1, []), Frame(Data, EndStream, 1, []),
        Frame(Data, EndStream, 3, [0, 0, 0, 0, 0]),
        Field("grpc-timeout", "1m"), Field("grpc-encoding", "gzip"), Field("x-segmentation-tenant", "b"),
        Field("grpc-accept-encoding", "gzip"), Field("te", "trailers"),
    ];

    public IEnumerable<byte[]> Seeds
    {
        get
        {
            foreach (var wire in Messages.Wire)
            {
                var (path, body) = (Messages.PathOf(wire[0]), Framed(wire[1..]));
                yield return Call(1, path, [body]);
                yield return [.. Call(1, path, [body, body]), .. Call(3, path, [body], Field("grpc-timeout", "5m"))];
            }

            yield return Call(1, "/grpc.health.v1.Health/Check", [Framed([])]);
            yield return Call(1, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", [Framed([0x3A, 0])]);
            yield return Call(1, "/a/b", [Framed([1])], Field("grpc-encoding", "gzip"));
        }
    }

    public long AllocationLimit(int length) => GatewayServer.MostAllocated;

    public void Dispose() => _server.Dispose();

    /// <summary>Sets the length of the frame that reaches beyond the end.</summary>
    public byte[] Repair(byte[] input)
    {
        for (var at = 0; at + HeadBytes <= input.Length;)
        {
            var length = (input[at] << 16) | (input[at + 1] << 8) | input[at + 2];
            var left = input.Length - at - HeadBytes;
            if (length > left)
            {
                (input[at], input[at + 1], input[at + 2]) = (0, (byte)(left >> 8), (byte)left);
                break;
            }

            at += HeadBytes + length;
        }

        return input;
    }

    public void Run(byte[] input) => _server.Send(GatewayServer.Http2, [.. _preface, .. input, .. _goAway]);

    private static byte[] Call(int stream, string path, byte[][] messages, params byte[][] fields)
    {
        byte[] headers =
        [
            // Of the static table: POST, http.
            0x83, 0x86, .. Field(":path", path), .. Field(":authority", "localhost"),
            .. Field("content-type", "application/grpc"), .. Field("te", "trailers"), .. fields.SelectMany(field => field),
        ];
        var bodies = messages.Select((message, index) =>
            Frame(Data, index == messages.Length - 1 ? EndStream : (byte)0, stream, message));
        return [.. Frame(Headers, EndHeaders, stream, headers), .. bodies.SelectMany(body => body)];
    }

    /// <summary>A header field, literally and without a place in the table.</summary>
    private static byte[] Field(string name, string value) =>
    [
        0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value),
    ];

    private static byte[] Framed(byte[] message) => [0, 0, 0, (byte)(message.Length >> 8), (byte)message.Length, .. message];

    private static byte[] Frame(byte type, byte flags, int stream, byte[] content)
    {
        byte[] frame = [0, (byte)(content.Length >> 8), (byte)content.Length, type, flags, 0, 0, 0, 0, .. content];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        return frame;
    }
}
