using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Segmentation.Gateway.Tests.Fakes;
using TextEncoding = System.Text.Encoding;

namespace Segmentation.Gateway.Tests.Grpc;

/// <summary>Bytes that are no request: whatever strangers send, the log has no warning, error or stack.</summary>
public sealed class StrangeBytesTests
{
    private const string Post = "POST /v1/images HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: image/png\r\n";
    private const string Json = "POST /v1/segment HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n";

    private const string Upgrade = "GET /v1/session HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n"
        + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";

    private static readonly byte[] _tlsHello = [0x16, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3, .. new byte[194]];
    private static readonly byte[] _preface = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(4, 0, 0, [])];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, bool, byte[]> Bytes { get; } = new()
    {
        { "TLS", false, _tlsHello },
        { "TLS on the port of gRPC", true, _tlsHello },
        { "noise", false, [.. Enumerable.Range(0, 5000).Select(i => (byte)(i * 7))] },
        { "noise on the port of gRPC", true, [.. Enumerable.Range(0, 5000).Select(i => (byte)(i * 7))] },
        { "HTTP/2 on the other port", false, _preface },
        { "no method", false, Text(" / HTTP/1.1\r\n\r\n") },
        { "no version", false, Text("GET /\r\n\r\n") },
        { "no colon", false, Text("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nnothing\r\n\r\n") },
        { "no host", false, Text("GET / HTTP/1.1\r\n\r\n") },
        { "two hosts", false, Text("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n") },
        { "long header", false, Text($"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nx: {new string('a', 100_000)}\r\n\r\n") },
        { "path outside of ASCII", false, [.. "GET /"u8, 0xC3, 0x28, .. " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"u8] },
        { "path of escapes", false, Text("GET /%00%ff%c3%28/..%2f HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n") },
        { "two lengths", false, Text(Post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab") },
        { "negative length", false, Text(Post + "Content-Length: -1\r\n\r\n") },
        { "bad chunk", false, Text(Post + "Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n") },
        { "bad chunk of JSON", false, Text(Json + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}XX\r\n") },
        { "chunk of 2 to the 63", false, Text(Post + "Transfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\nabc") },
        { "unknown coding", false, Text(Post + "Transfer-Encoding: gzip\r\n\r\n") },
        { "body cut", false, Text(Post + "Content-Length: 100\r\n\r\nabc") },
        { "body of JSON cut", false, Text(Json + "Content-Length: 100\r\n\r\n{") },
        { "WebSocket unmasked", false, [.. Text(Upgrade), 0x82, 1, 0] },
        { "WebSocket of another opcode", false, [.. Text(Upgrade), 0x8F, 0x80, 0, 0, 0, 0] },
        { "WebSocket reserved bits", false, [.. Text(Upgrade), 0xF2, 0x80, 0, 0, 0, 0] },
        { "WebSocket long ping", false, [.. Text(Upgrade), 0x89, 0xFE, 1, 0, 0, 0, 0, 0] },
        { "WebSocket continues nothing", false, [.. Text(Upgrade), 0x80, 0x80, 0, 0, 0, 0] },
        { "WebSocket text outside of UTF-8", false, [.. Text(Upgrade), 0x81, 0x82, 0, 0, 0, 0, 0xC3, 0x28] },
        { "WebSocket length of 2 to the 63", false, [.. Text(Upgrade), 0x82, 0xFF, 0xFF, .. new byte[11]] },
        { "WebSocket close of one byte", false, [.. Text(Upgrade), 0x88, 0x81, 0, 0, 0, 0, 9] },
        { "WebSocket close code 1", false, [.. Text(Upgrade), 0x88, 0x82, 0, 0, 0, 0, 0, 1] },
        { "WebSocket cut", false, [.. Text(Upgrade), 0x82, 0x90, 0, 0, 0, 0, 9] },
        { "HTTP/2 cut preface", true, _preface[..10] },
        { "HTTP/2 long frame", true, [.. _preface, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 1] },
        { "HTTP/2 settings of 5 bytes", true, [.. _preface, .. Frame(4, 0, 0, new byte[5])] },
        { "HTTP/2 window of 0", true, [.. _preface, .. Frame(8, 0, 0, new byte[4])] },
        { "HTTP/2 data on stream 0", true, [.. _preface, .. Frame(0, 0, 0, new byte[4])] },
        { "HTTP/2 data on an idle stream", true, [.. _preface, .. Frame(0, 0, 1, new byte[4])] },
        { "HTTP/2 headers on an even stream", true, [.. _preface, .. Frame(1, 5, 2, [0x82])] },
        { "HTTP/2 headers in disorder", true, [.. _preface, .. Frame(1, 5, 1, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF])] },
        { "HTTP/2 headers without a path", true, [.. _preface, .. Frame(1, 5, 1, [0x83, 0x86])] },
        { "HTTP/2 continuation of nothing", true, [.. _preface, .. Frame(9, 4, 1, [0x82])] },
        { "HTTP/2 push", true, [.. _preface, .. Frame(5, 4, 1, new byte[4])] },
        { "HTTP/2 ping of 3 bytes", true, [.. _preface, .. Frame(6, 0, 0, new byte[3])] },
        { "HTTP/2 priority of itself", true, [.. _preface, .. Frame(2, 0, 1, [0, 0, 0, 1, 0])] },
        { "HTTP/2 goes away", true, [.. _preface, .. Frame(7, 0, 0, new byte[8])] },
    };

    [Theory]
    [MemberData(nameof(Bytes), DisableDiscoveryEnumeration = true)]
    public async Task Connection_OfStrangeBytes_LeavesNoWarning(string what, bool isGrpc, byte[] bytes)
    {
        await using var host = await GatewayHost.StartAsync();

        await SendAsync(isGrpc ? host.Addresses.Grpc : host.Addresses.Http, bytes, isAborted: false);
        await SendAsync(isGrpc ? host.Addresses.Grpc : host.Addresses.Http, bytes, isAborted: true);
        await host.UploadAsync(Requests.File);
        await host.App.StopAsync(Cancel);

        var loud = host.Logs.Lines.Where(line =>
            line.Level >= LogLevel.Warning || line.Text.Contains("Exception", StringComparison.Ordinal));
        Assert.True(!loud.Any(), $"{what}: {string.Join('\n', loud)}");
    }

    private static byte[] Text(string text) => TextEncoding.ASCII.GetBytes(text);

    private static byte[] Frame(byte type, byte flags, byte stream, byte[] payload) =>
        [0, (byte)(payload.Length >> 8), (byte)payload.Length, type, flags, 0, 0, 0, stream, .. payload];

    /// <summary>Sends bytes and their end, and reads until the server closes; or breaks the connection off.</summary>
    private static async Task SendAsync(Uri server, byte[] bytes, bool isAborted)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(server.Host, server.Port, Cancel);
        var stream = connection.GetStream();
        try
        {
            await stream.WriteAsync(bytes, Cancel);
            if (isAborted)
            {
                connection.LingerState = new LingerOption(enable: true, seconds: 0);
                connection.Close();
                return;
            }

            connection.Client.Shutdown(SocketShutdown.Send);
            await stream.CopyToAsync(Stream.Null, Cancel);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            // The server closed it first.
        }
    }
}
