using System.Net;
using System.Threading.Channels;
using Segmentation.Gateway.Tests.Fakes;
using TextEncoding = System.Text.Encoding;

namespace Segmentation.Gateway.Tests.Receiving;

/// <summary>A request body that a test sends piece by piece, for as long as it likes.</summary>
internal sealed class RawBody : HttpContent
{
    private readonly Channel<byte[]> _pieces = Channel.CreateUnbounded<byte[]>();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The answer's headers and trailers, as text with statuses readable.</summary>
    public Task<string> Answer { get; private set; } = Task.FromResult("");

    /// <summary>Begins a call of a gRPC method.</summary>
    public static RawBody Call(GatewayHost host, HttpClient client, string method)
    {
        var body = new RawBody();
        body.Headers.ContentType = new("application/grpc");
        body.Answer = body.SendAsync(client, new Uri(host.Addresses.Grpc, method));
        return body;
    }

    /// <summary>Sends bytes; the server may not have read them yet.</summary>
    public void Send(params byte[] piece) => _pieces.Writer.TryWrite(piece);

    /// <summary>Ends the body.</summary>
    public void End() => _pieces.Writer.TryComplete();

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, Cancel);

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await stream.FlushAsync(cancellationToken);
        await foreach (var piece in _pieces.Reader.ReadAllAsync(cancellationToken))
        {
            await stream.WriteAsync(piece, cancellationToken);
            await stream.FlushAsync(cancellationToken);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    private async Task<string> SendAsync(HttpClient client, Uri method)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, method)
        {
            Content = this, Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.TE.ParseAdd("trailers");
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        await response.Content.CopyToAsync(Stream.Null, Cancel);
        var all = response.Headers.Concat(response.TrailingHeaders)
            .SelectMany(header => header.Value.Select(value => Readable(header.Key, value)));
        return Uri.UnescapeDataString(string.Join('\n', all));
    }

    /// <summary>
    /// The value of a binary header, such as a status with its details, which is in base64 without its end.
    /// </summary>
    public static string Binary(string value) =>
        TextEncoding.Latin1.GetString(Convert.FromBase64String(value.PadRight((value.Length + 3) / 4 * 4, '=')));

    private static string Readable(string name, string value) =>
        name.EndsWith("-bin", StringComparison.Ordinal) ? Binary(value) : value;
}
