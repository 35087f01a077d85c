using System.Net.Sockets;
using Segmentation.Gateway.Tests.Fakes;
using TextEncoding = System.Text.Encoding;

namespace Segmentation.Gateway.Tests.Rest;

/// <summary>
/// Chunked bodies with a chunk of more bytes than numbers hold: the client's mistake, not the server's.
/// </summary>
public sealed class ChunkSizeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/v1/images", "image/png", "HTTP/1.1 400", "chunk")]
    [InlineData("/v1/images", "multipart/form-data; boundary=b", "HTTP/1.1 400", "INVALID_FORM")]
    [InlineData("/v1/segment", "application/json", "HTTP/1.1 400", "chunk")]
    [InlineData("/segmentation.v1.SegmentationService/Segment", "application/grpc-web", "HTTP/1.1 200", "Grpc-Status: 3")]
    public async Task Post_ChunkOfTooManyBytes_IsRefused(string path, string mediaType, string status, string words)
    {
        await using var host = await GatewayHost.StartAsync();

        var answer = await PostAsync(host, path, mediaType);

        Assert.StartsWith(status, answer, StringComparison.Ordinal);
        Assert.Contains(words, answer, StringComparison.Ordinal);
        Assert.Empty(host.Logs.Errors);
    }

    /// <summary>Sends a body with such a chunk, and reads the answer as text.</summary>
    internal static async Task<string> PostAsync(GatewayHost host, string path, string mediaType)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(host.Addresses.Http.Host, host.Addresses.Http.Port, Cancel);
        var line = tcp.GetStream();
        await line.WriteAsync(
            TextEncoding.ASCII.GetBytes(
                $"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: {mediaType}\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n18446744073709551616\r\nabc\r\n0\r\n\r\n"),
            Cancel);
        using var reader = new StreamReader(line);
        return Uri.UnescapeDataString(await reader.ReadToEndAsync(Cancel));
    }
}
