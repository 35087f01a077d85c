using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Segmentation.Gateway.Tests.Fakes;

namespace Segmentation.Gateway.Tests.Answers;

/// <summary>
/// A gRPC call whose client takes the headers of the answer and 64 KiB of it, and no more until it is told to: HTTP/2
/// without window updates.
/// </summary>
internal sealed class UnreadCall : IDisposable
{
    private const int Prefix = 5;
    private const int Window = 65_535;

    private readonly HttpClient _client;
    private readonly HttpResponseMessage _response;

    private UnreadCall(HttpClient client, HttpResponseMessage response) => (_client, _response) = (client, response);

    /// <summary>Begins a call over a connection of its own; returns when its answer begins.</summary>
    /// <param name="host">The gateway.</param>
    /// <param name="method">The RPC, <c>/package.Service/Method</c>.</param>
    /// <param name="requests">Everything that the client sends.</param>
    public static async Task<UnreadCall> BeginAsync(GatewayHost host, string method, params IMessage[] requests)
    {
        // A client that measures the way opens its windows by itself.
        var handler = new SocketsHttpHandler { InitialHttp2StreamWindowSize = Window };
        AppContext.SetSwitch("System.Net.SocketsHttpHandler.Http2FlowControl.DisableDynamicWindowSizing", true);
        var client = new HttpClient(handler);
        var message = new HttpRequestMessage(HttpMethod.Post, new Uri(host.Addresses.Grpc, method))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([.. requests.SelectMany(Framed)]),
        };
        message.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/grpc");
        message.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        var response = await client.SendAsync(
            message, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return new UnreadCall(client, response);
    }

    /// <summary>Reads the answer now.</summary>
    /// <exception cref="HttpRequestException">The server has ended the call.</exception>
    public async Task<T> ReadAsync<T>()
        where T : IMessage<T>, new()
    {
        var bytes = await _response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal(bytes.Length - Prefix, BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(1)));
        return new MessageParser<T>(() => new T()).ParseFrom(bytes, Prefix, bytes.Length - Prefix);
    }

    private static byte[] Framed(IMessage request)
    {
        var bytes = new byte[Prefix + request.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), bytes.Length - Prefix);
        request.WriteTo(bytes.AsSpan(Prefix));
        return bytes;
    }

    public void Dispose()
    {
        _response.Dispose();
        _client.Dispose();
    }
}
