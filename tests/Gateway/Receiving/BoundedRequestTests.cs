using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Net.WebSockets;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Gateway.Tests.Rest;
using Segmentation.Gateway.Tests.WebSockets;
using TextEncoding = System.Text.Encoding;

namespace Segmentation.Gateway.Tests.Receiving;

/// <summary>
/// Legal requests of many empty elements, which would take a hundred times their size in objects: each is refused in
/// words while it is still on its way.
/// </summary>
public sealed class BoundedRequestTests
{
    private const string Segment = "/segmentation.v1.SegmentationService/Segment";
    private const int Announced = 60_000_000;

    private static readonly byte[] _emptyPrompts = [.. Enumerable.Repeat<byte[]>([0x1A, 0x00], 5_000).SelectMany(one => one)];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("application/grpc")]
    [InlineData("application/grpc-web")]
    [InlineData("application/grpc-web-text")]
    public async Task Segment_EmptyPrompts_AreRefusedBeforeTheRestArrives(string mediaType)
    {
        await using var host = await GatewayHost.StartAsync();
        byte[] beginning = [0, 0, 0, 0, 0, .. _emptyPrompts];
        BinaryPrimitives.WriteInt32BigEndian(beginning.AsSpan(1), Announced);
        var answer = mediaType switch
        {
            "application/grpc" => await PostAsync(host, new UnfinishedContent(beginning)),
            "application/grpc-web" => await BeginAsync(host, Segment, mediaType, beginning),
            _ => await BeginAsync(
                host, Segment, mediaType, TextEncoding.ASCII.GetBytes(Convert.ToBase64String(beginning)[..^4])),
        };

        Assert.Contains("prompts", answer, StringComparison.Ordinal);
        Assert.Contains("more than 1024", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "more than 1024 are sent")]
    [InlineData(false, "holds more than 16777216 bytes")]
    public async Task Segment_SmallOnTheWireLargeUnpacked_IsRefused(bool isPrompts, string words)
    {
        await using var host = await GatewayHost.StartAsync();
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            // Prompts, or one image of 20 MB.
            await gzip.WriteAsync(isPrompts ? [] : new byte[] { 0x12, 0x80, 0xDA, 0xC4, 0x09 }, Cancel);
            for (var part = 0; part < 2_000; part++)
            {
                await gzip.WriteAsync(isPrompts ? _emptyPrompts : new byte[10_000], Cancel);
            }
        }

        byte[] body = [1, 0, 0, 0, 0, .. packed.ToArray()];
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(1), body.Length - 5);

        var headers = await PostAsync(host, new ByteArrayContent(body), ("grpc-encoding", "gzip"));

        Assert.Contains(words, headers, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rest_EmptyObjects_AreRefusedBeforeTheRestArrives()
    {
        await using var host = await GatewayHost.StartAsync();
        var json = "{\"prompts\":[" + string.Concat(Enumerable.Repeat("{},", 3_000_000));

        var answer = await BeginAsync(host, "/v1/segment", "application/json", TextEncoding.UTF8.GetBytes(json));

        Assert.StartsWith("HTTP/1.1 413", answer, StringComparison.Ordinal);
        Assert.Contains("besides images", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rest_TooManyElements_AreRefusedByTheirPlace()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();
        var json = "{\"prompts\":[" + string.Concat(Enumerable.Repeat("{},", 100_000)) + "{}]}";

        using var response = await client.SendAsync(Http.Request(HttpMethod.Post, "/v1/segment", Http.Json(json)), Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("more than 1024 elements", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(WebSocketMessageType.Binary)]
    [InlineData(WebSocketMessageType.Text)]
    public async Task WebSocket_AMessageOfEmptyElements_ClosesTheSessionBeforeItsEnd(WebSocketMessageType form)
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = await WebSocketClient.ConnectAsync(host);

        // A prompt of many points; more bytes than a session's message may have besides an image.
        byte[] binary = [0x12, 0xFF, 0xFF, 0x7F, 0x12, 0xF9, 0xFF, 0x7F, .. Enumerable.Repeat<byte[]>([0x0A, 0x00], 5_000).SelectMany(one => one)];
        var text = TextEncoding.UTF8.GetBytes("{\"prompt\":{\"points\":[" + string.Concat(Enumerable.Repeat("{},", 3_000_000)));
        await client.Socket.SendAsync(form == WebSocketMessageType.Text ? text : binary, form, endOfMessage: false, Cancel);

        Assert.Null(await client.ReceiveAsync());
        Assert.Contains("more than", client.Socket.CloseStatusDescription, StringComparison.Ordinal);
    }

    /// <summary>Headers and trailers of a gRPC call, as text with statuses readable.</summary>
    private static async Task<string> PostAsync(
        GatewayHost host, HttpContent content, params (string Name, string Value)[] headers)
    {
        using var client = new HttpClient { BaseAddress = host.Addresses.Grpc };
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        using var request = Http.Request(HttpMethod.Post, Segment, content, headers);
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        var all = response.Headers.Concat(response.TrailingHeaders).SelectMany(header => header.Value);
        return Uri.UnescapeDataString(string.Join('\n', all));
    }

    /// <summary>
    /// The answer to an HTTP/1.1 request of which only the beginning is sent. .NET's client reads no answer before it
    /// has sent a body whole.
    /// </summary>
    private static async Task<string> BeginAsync(GatewayHost host, string path, string mediaType, byte[] beginning)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(host.Addresses.Http.Host, host.Addresses.Http.Port, Cancel);
        var stream = connection.GetStream();
        await stream.WriteAsync(
            TextEncoding.ASCII.GetBytes(
                $"POST {path} HTTP/1.1\r\nHost: {host.Addresses.Http.Authority}\r\nContent-Type: {mediaType}\r\n"
                + $"Content-Length: {Announced}\r\nConnection: close\r\n\r\n"),
            Cancel);
        var sending = stream.WriteAsync(beginning, Cancel).AsTask();
        var answer = new byte[64 * 1024];
        var length = await stream.ReadAtLeastAsync(answer, 256, throwOnEndOfStream: false, Cancel);
        await sending.ContinueWith(_ => { }, TaskScheduler.Default);
        return Uri.UnescapeDataString(TextEncoding.UTF8.GetString(answer, 0, length));
    }

    /// <summary>A body whose beginning is sent and whose end never comes.</summary>
    private sealed class UnfinishedContent(byte[] beginning) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, Cancel);

        protected override async Task SerializeToStreamAsync(
            Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(beginning, cancellationToken);
            await stream.FlushAsync(cancellationToken);
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = Announced;
            return false;
        }
    }
}
