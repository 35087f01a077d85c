using System.Text;
using System.Text.RegularExpressions;
using Segmentation.Fuzz.Engine;
using Segmentation.Fuzz.Gateway;
using Segmentation.Fuzz.Seeds;

namespace Segmentation.Fuzz.Targets;

/// <summary>
/// Requests of HTTP/1.1 as bytes, to the whole gateway: REST, forms, WebSockets, gRPC-Web. No answer is a fault of the
/// server, and nothing is logged above information.
/// </summary>
internal sealed partial class HttpTarget : IFuzzTarget
{
    private const string Head = " HTTP/1.1\r\nHost: localhost\r\n";

    private readonly GatewayServer _server = new();

    public int MaxLength => 4096;

    public bool IsThreaded => true;

    public IReadOnlyList<byte[]> Words =>
    [
        .. new[]
            {
                "GET ", "POST ", "DELETE ", "HEAD ", "OPTIONS ", "PUT ", "/v1/images", $"/v1/images/{Messages.ImageId}", "/v1/segment", ":segment",
                "/v1/segmentEverything", "/embedding", "/mask.png?point=1,2", "/openapi/v1.json", "/docs", "/healthz", "/metrics",
                Head, "\r\n\r\n", "Content-Length: 5\r\n", "Content-Type: application/json\r\n", "Transfer-Encoding: chunked\r\n",
                "X-Segmentation-Tenant: a\r\n", "Accept: image/png\r\n", "Origin: http://a\r\n", "Expect: 100-continue\r\n",
                "If-None-Match: \"a\"\r\n", "Accept-Encoding: gzip\r\n", "5\r\nabcde\r\n0\r\n\r\n", "%00", "%F0", "//", "..", "%2F",
            }
            .Select(Encoding.UTF8.GetBytes),
    ];

    public IEnumerable<byte[]> Seeds
    {
        get
        {
            foreach (var path in new[]
                {
                    "/", "/docs", "/openapi/v1.json", "/healthz", "/v1/model", $"/v1/images/{Messages.ImageId}", "/v1/session",
                    $"/v1/images/{Messages.ImageId}/embedding", $"/v1/images/{Messages.ImageId}/mask?point=1,2",
                })
            {
                yield return Text($"GET {path}{Head}Accept: */*\r\n\r\n");
            }

            yield return Text($"DELETE /v1/images/{Messages.ImageId}{Head}X-Segmentation-Tenant: a\r\n\r\n");
            yield return Text($"POST /v1/images{Head}Content-Type: image/png\r\nContent-Length: 3\r\n\r\nabc");
            yield return Text($"POST /v1/images{Head}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
            yield return Form("--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"a\"\r\n\r\nabc\r\n--b--\r\n");
            foreach (var json in Messages.Json.Where(json => json[0] is 0 or 2))
            {
                var path = json[0] == 0 ? "segment" : "segmentEverything";
                yield return
                [
                    .. Text($"POST /v1/{path}{Head}Content-Type: application/json\r\nContent-Length: {json.Length - 1}\r\n\r\n"),
                    .. json[1..],
                ];
            }

            yield return
            [
                .. Text($"GET /v1/session{Head}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"),
                0x81, 0x8C, 0, 0, 0, 0, .. Text("{\"reset\":{}} "), 0x88, 0x80, 0, 0, 0, 0,
            ];
            var wire = Messages.Wire.First()[1..];
            yield return
            [
                .. Text($"POST /segmentation.v1.SegmentationService/Segment{Head}Content-Type: application/grpc-web+proto\r\n"
                    + $"Content-Length: {wire.Length + 5}\r\n\r\n"),
                0, 0, 0, 0, (byte)wire.Length, .. wire,
            ];
        }
    }

    public long AllocationLimit(int length) => GatewayServer.MostAllocated;

    public void Dispose() => _server.Dispose();

    /// <summary>Sets a length that the head announces to what there is.</summary>
    public byte[] Repair(byte[] input)
    {
        var text = Encoding.Latin1.GetString(input);
        var body = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (body < 0)
        {
            return input;
        }

        var head = ContentLength().Replace(text[..body], $"Content-Length: {text.Length - body - 4}");
        return Encoding.Latin1.GetBytes(head + text[body..]);
    }

    public void Run(byte[] input)
    {
        var answer = Encoding.Latin1.GetString(_server.Send(GatewayServer.Http1, input));
        Require.That(!answer.Contains("HTTP/1.1 500", StringComparison.Ordinal), () => answer);
        Require.That(!answer.Contains("Exception", StringComparison.Ordinal), () => answer);
    }

    private static byte[] Form(string form) => Text(
        $"POST /v1/images{Head}Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {form.Length}\r\n\r\n{form}");

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    [GeneratedRegex("Content-Length: *[0-9]*", RegexOptions.IgnoreCase)]
    private static partial Regex ContentLength();
}
