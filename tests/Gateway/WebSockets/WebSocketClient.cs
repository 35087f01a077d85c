using System.Net.WebSockets;
using Google.Protobuf;
using Segmentation.Gateway.ProtoJson;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Protocol.V1;
using TextEncoding = System.Text.Encoding;

namespace Segmentation.Gateway.Tests.WebSockets;

/// <summary>A session's client on a WebSocket.</summary>
internal sealed class WebSocketClient : IDisposable
{
    private static readonly JsonParser _reader = new(JsonParser.Settings.Default.WithTypeRegistry(JsonForm.Details));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ClientWebSocket Socket { get; } = new();

    public static Task<WebSocketClient> ConnectAsync(
        GatewayHost host, string tenant = "default", string? traceParent = null) => ConnectAsync(host, options =>
    {
        options.SetRequestHeader("x-segmentation-tenant", tenant);
        if (traceParent is not null)
        {
            options.SetRequestHeader("traceparent", traceParent);
        }
    });

    /// <summary>Connects with headers or subprotocols of a test's own.</summary>
    public static async Task<WebSocketClient> ConnectAsync(GatewayHost host, Action<ClientWebSocketOptions> configure)
    {
        var client = new WebSocketClient();
        configure(client.Socket.Options);
        await client.Socket.ConnectAsync(new Uri($"ws://{host.Addresses.Http.Authority}/v1/session"), Cancel);
        return client;
    }

    public Task SendAsync(SegmentStreamRequest message) =>
        Socket.SendAsync(message.ToByteArray(), WebSocketMessageType.Binary, true, Cancel);

    public Task SendAsync(string json) =>
        Socket.SendAsync(TextEncoding.UTF8.GetBytes(json), WebSocketMessageType.Text, true, Cancel);

    public Task OpenAsync(StreamMode mode = StreamMode.All, byte[]? file = null) => SendAsync(new SegmentStreamRequest
    {
        Open = new OpenImage { ImageData = ByteString.CopyFrom(file ?? Requests.File), Mode = mode },
    });

    public Task SendAsync(StreamPrompt prompt) => SendAsync(new SegmentStreamRequest { Prompt = prompt });

    /// <summary>The next frame; null when it closes.</summary>
    public async Task<(SegmentStreamResponse Message, bool IsText)?> ReceiveAsync()
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var frame = await Socket.ReceiveAsync(buffer.AsMemory(), Cancel);
            if (frame.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            bytes.Write(buffer, 0, frame.Count);
            if (frame.EndOfMessage)
            {
                return frame.MessageType == WebSocketMessageType.Text
                    ? (_reader.Parse<SegmentStreamResponse>(TextEncoding.UTF8.GetString(bytes.ToArray())), true)
                    : (SegmentStreamResponse.Parser.ParseFrom(bytes.ToArray()), false);
            }
        }
    }

    public async Task<SegmentStreamResponse> NextAsync() =>
        (await ReceiveAsync() ?? throw new InvalidOperationException($"Closed: {Socket.CloseStatusDescription}")).Message;

    /// <summary>Waits for the close, which is to be the next frame; its code and reason.</summary>
    public async Task<(int Code, string Reason)> ClosedAsync()
    {
        Assert.Null(await ReceiveAsync());
        return ((int)Socket.CloseStatus!, Socket.CloseStatusDescription ?? "");
    }

    public void Dispose() => Socket.Dispose();
}
