using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Segmentation.Fuzz.Engine;
using Segmentation.Fuzz.Gateway;
using Segmentation.Fuzz.Seeds;

namespace Segmentation.Fuzz.Targets;

/// <summary>
/// Bodies of calls of gRPC-Web, as text by choice, to the whole gateway: the first byte chooses the method and the
/// form.
/// </summary>
internal sealed class BodyTarget : IFuzzTarget
{
    private const int HeadBytes = 5;
    private const int AsText = 0x80;

    private readonly GatewayServer _server = new();

    public bool IsThreaded => true;

    public int MaxLength => 4096;

    public IReadOnlyList<byte[]> Words => [[0, 0, 0, 0, 0], [1, 0, 0, 0, 20], [0x1F, 0x8B, 8], [.. "AAAA"u8], [.. "=="u8], [.. "AA=="u8]];

    public IEnumerable<byte[]> Seeds => Messages.Wire.SelectMany(seed => (byte[][])
    [
        [seed[0], .. Framed(0, seed[1..]), .. Framed(0, seed[1..])],
        [seed[0], .. Framed(1, Packed(seed[1..]))],
        [(byte)(seed[0] | AsText), .. Encoding.ASCII.GetBytes(Convert.ToBase64String(Framed(0, seed[1..])))],
    ]);

    public long AllocationLimit(int length) => GatewayServer.MostAllocated;

    public void Dispose() => _server.Dispose();

    /// <summary>Sets the length of the first message to what there is.</summary>
    public byte[] Repair(byte[] input)
    {
        if (input.Length > 1 + HeadBytes && input[0] < AsText)
        {
            BinaryPrimitives.WriteInt32BigEndian(input.AsSpan(2), input.Length - 1 - HeadBytes);
        }

        return input;
    }

    public void Run(byte[] input)
    {
        var choice = new InputBytes(input).Byte();
        var body = input.AsSpan(Math.Min(1, input.Length));
        var form = (choice & AsText) != 0 ? "grpc-web-text" : "grpc-web+proto";
        var answer = Encoding.Latin1.GetString(_server.Send(
            GatewayServer.Http1,
            [
                .. Encoding.ASCII.GetBytes(
                    $"POST {Messages.PathOf((byte)(choice & ~AsText))} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                        + $"Content-Type: application/{form}\r\nGrpc-Encoding: gzip\r\nContent-Length: {body.Length}\r\n\r\n"),
                .. body,
            ]));
        Require.That(answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal), () => answer);

        // INTERNAL and UNKNOWN.
        Require.That(!answer.Contains("grpc-status: 13\r\n", StringComparison.OrdinalIgnoreCase), () => answer);
        Require.That(!answer.Contains("grpc-status: 2\r\n", StringComparison.OrdinalIgnoreCase), () => answer);
        Require.That(!answer.Contains("Exception", StringComparison.Ordinal), () => answer);
    }

    private static byte[] Framed(byte flag, byte[] message)
    {
        byte[] framed = [flag, 0, 0, 0, 0, .. message];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), message.Length);
        return framed;
    }

    private static byte[] Packed(byte[] message)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(message);
        }

        return packed.ToArray();
    }
}
