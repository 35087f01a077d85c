using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using RpcStatus = Google.Rpc.Status;

namespace Segmentation.LoadTests.Attack;

/// <summary>
/// Requests that become far more in memory than they are on the wire, or are none, or come from elsewhere.
/// </summary>
internal static class MessageAttacks
{
    private const int AtOnce = 2;

    /// <summary>All of them.</summary>
    public static IEnumerable<IAttack> Of(AttackSize size)
    {
        var count = size.Of(33_000_000, 8_000_000);
        var text = size.Of(40_000_000, 12_000_000);
        var prompts = new Lazy<byte[]>(() => WireBodies.EmptyPrompts(count));
        var packed = new Lazy<byte[]>(() => WireBodies.Gzip(prompts.Value));
        var grids = new Lazy<byte[]>(() => WireBodies.Gzip(WireBodies.EmptyGrids(count)));
        var json = new Lazy<byte[]>(
            () => WireBodies.EmptyObjects("""{"imageId": "sha256:0", "prompts": [""", text, "]}"));
        var nested = new Lazy<byte[]>(() => WireBodies.Nested(1_000_000));

        yield return Refused("prompts-gzip", $"Segment of {count:N0} empty prompts as gzip", packed, (caller, end) =>
            caller.GrpcAsync(AttackCaller.Segment, PiecesContent.OfMessage(packed.Value, isCompressed: true), end, "gzip"));
        yield return Refused("prompts-plain", $"Segment of {count:N0} empty prompts", prompts, (caller, end) =>
            caller.GrpcAsync(AttackCaller.Segment, PiecesContent.OfMessage(prompts.Value), end));
        yield return Refused("prompts-grpc-web", $"gRPC-Web: {count:N0} empty prompts", prompts, (caller, end) =>
            caller.GrpcWebAsync(AttackCaller.Segment, PiecesContent.OfMessage(prompts.Value), end));
        yield return Refused("grids-gzip", $"{count:N0} empty point grids as gzip", grids, (caller, end) =>
            caller.GrpcAsync(AttackCaller.Everything, PiecesContent.OfMessage(grids.Value, isCompressed: true), end, "gzip"));
        yield return Refused("json-objects", $"REST: {text / 1_000_000} MB of {{}},", json, (caller, end) =>
            caller.RestAsync(server => Json(server, "v1/segment", json.Value), end));
        yield return Refused("json-nested", "REST: a million brackets within each other", nested, (caller, end) =>
            caller.RestAsync(server => Json(server, "v1/segment", nested.Value), end));
        yield return new WebSocketMessages(
            "websocket-json", $"WebSocket: {text / 1_000_000} MB of {{}}, as text", WebSocketMessageType.Text,
            () => WireBodies.EmptyObjects("""{"prompt": {"sequence": 1, "prompt": {"points": [""", text, "]}}}"));
        yield return new WebSocketMessages(
            "websocket-binary", $"WebSocket: a prompt of {count:N0} empty points", WebSocketMessageType.Binary,
            () => WireBodies.SessionPoints(count));
        yield return Malformed();
        yield return Refused("other-site", "uploads and requests by a page of another site", null, OtherSiteAsync);
        yield return new RequestAttack(
            "other-host", "requests for the host of a stranger (rebinding)", AttackBounds.Refused(AtOnce), AtOnce)
        {
            Send = (caller, _, end) => OtherHostAsync(caller, end),
            IsWrong = RequestAttack.IsAccepted,
        };
    }

    private static RequestAttack Refused(
        string name, string sent, Lazy<byte[]>? bytes, Func<AttackCaller, CancellationToken, Task<RpcStatus?>> send) =>
        new(name, $"{AtOnce} at a time: {sent}", AttackBounds.Refused(AtOnce), AtOnce)
        {
            Prepare = (_, _) => Task.FromResult(bytes?.Value),
            Send = (caller, _, end) => send(caller, end),
            IsWrong = RequestAttack.IsAccepted,
        };

    private static RequestAttack Malformed()
    {
        byte[][] messages =
        [
            [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F], // a length over 2 GB
            [0x0A, 0x02, 0xC3, 0x28], // no UTF-8
            [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], // a tag that does not end
            [0x1B, 0x1B, 0x1B, 0x1B], // groups that do not end
            [0x1A, 0x7F, 0x0A], // cut
        ];
        string[] texts =
        [
            "{", "[]", "null", "\u0001", """{"prompts": 5}""", """{"imageId": "\ud800"}""",
            """{"imageId": "a", "imageId": "b"}""",
            $$"""{"no{{new string('x', 300)}}🙂such": 1}""", """{"prompts": [{"points": [{"x": 1e999}]}]}""",
        ];
        return new RequestAttack(
            "malformed",
            $"{AtOnce} at a time: messages, gzip, UTF-8 and JSON that are none",
            AttackBounds.Refused(AtOnce),
            AtOnce)
        {
            Send = (caller, n, end) => (n % 4) switch
            {
                0 => caller.GrpcAsync(AttackCaller.Segment, Message(n), end),
                1 => caller.GrpcAsync(AttackCaller.Segment, Message(n, isCompressed: true), end, "gzip"),
                2 => caller.GrpcWebAsync(AttackCaller.Segment, Message(n), end),
                _ => caller.RestAsync(
                    server => Json(server, "v1/segment", Encoding.UTF8.GetBytes(texts[n / 4 % texts.Length])), end),
            },
            IsWrong = RequestAttack.IsAccepted,
        };

        PiecesContent Message(int n, bool isCompressed = false) =>
            PiecesContent.OfMessage(messages[n / 4 % messages.Length], isCompressed);
    }

    private static Task<RpcStatus?> OtherSiteAsync(AttackCaller caller, CancellationToken end) => caller.RestAsync(
        server =>
        {
            var body = new ByteArrayContent(HostileImages.SmallPicture(-4));
            var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, "v1/images")) { Content = body };
            request.Headers.Add("Origin", "http://stranger.example");
            request.Headers.Add("Sec-Fetch-Site", "cross-site");
            return request;
        },
        end);

    private static Task<RpcStatus?> OtherHostAsync(AttackCaller caller, CancellationToken end) => caller.RestAsync(
        server =>
        {
            var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server, "v1/model"));
            request.Headers.Host = "stranger.example";
            return request;
        },
        end);

    private static HttpRequestMessage Json(Uri server, string path, byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return new HttpRequestMessage(HttpMethod.Post, new Uri(server, path)) { Content = content };
    }
}
