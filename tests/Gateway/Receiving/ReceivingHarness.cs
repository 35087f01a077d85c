using System.Buffers.Binary;
using System.Net.Sockets;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Segmentation.Gateway.Receiving;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Protocol.V1;
using Segmentation.Tests.Shared;
using TextEncoding = System.Text.Encoding;

namespace Segmentation.Gateway.Tests.Receiving;

/// <summary>A gateway whose clock a test turns, and clients that do not finish what they begin.</summary>
internal sealed class ReceivingHarness : IAsyncDisposable
{
    public const string Segment = "/segmentation.v1.SegmentationService/Segment";
    public const string Stream = "/segmentation.v1.SegmentationService/SegmentStream";
    public const string Upload = "/segmentation.v1.ImageService/UploadImage";

    private readonly List<IDisposable> _clients = [];

    private ReceivingHarness(GatewayHost host, FakeTimeProvider clock)
    {
        (Host, Clock) = (host, clock);
        Budget = host.App.Services.GetRequiredService<UploadBudget>();
    }

    public GatewayHost Host { get; }

    public FakeTimeProvider Clock { get; }

    public UploadBudget Budget { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<ReceivingHarness> StartAsync(params (string Key, string Value)[] options)
    {
        var clock = new FakeTimeProvider();
        return new(await GatewayHost.StartAsync(
            services => services.AddSingleton<TimeProvider>(clock), options), clock);
    }

    /// <summary>The beginning of a message with an image, of which some bytes are there.</summary>
    /// <param name="image">Bytes of the image announced.</param>
    /// <param name="there">Bytes of it that are there.</param>
    public static byte[] BeginSegment(int image, int there)
    {
        var message = new SegmentRequest { ImageData = ByteString.CopyFrom(new byte[image]) }.ToByteArray();
        byte[] frame = [0, 0, 0, 0, 0, .. message];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        return frame[..(frame.Length - image + there)];
    }

    /// <summary>Begins a gRPC call on a connection of its own.</summary>
    public RawBody Call(string method)
    {
        var client = new HttpClient();
        _clients.Add(client);
        return RawBody.Call(Host, client, method);
    }

    /// <summary>Begins a request of HTTP/1.1 on a connection of its own; the answer is its text.</summary>
    public async Task<(NetworkStream Connection, Task<string> Answer)> BeginAsync(
        string path, string mediaType, int announced, byte[] beginning)
    {
        var client = new TcpClient();
        _clients.Add(client);
        await client.ConnectAsync(Host.Addresses.Http.Host, Host.Addresses.Http.Port, Cancel);
        var connection = client.GetStream();
        await connection.WriteAsync(
            TextEncoding.ASCII.GetBytes(
                $"POST {path} HTTP/1.1\r\nHost: {Host.Addresses.Http.Authority}\r\nContent-Type: {mediaType}\r\n"
                + $"Content-Length: {announced}\r\nConnection: close\r\n\r\n"),
            Cancel);
        await connection.WriteAsync(beginning, Cancel);
        return (connection, ReadAsync(connection));
    }

    /// <summary>Waits until so many bytes are charged.</summary>
    public async Task HeldAsync(long least, long most = long.MaxValue)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(Patience.Longest);
        while (Budget.Held < least || Budget.Held > most)
        {
            Assert.False(limit.IsCancellationRequested, $"{Budget.Held} bytes are charged, not {least} to {most}.");
            await Task.Yield();
        }
    }

    /// <summary>Turns the clock a second at a time until a task is done; the seconds that took.</summary>
    public async Task<int> TurnUntilAsync(Task done, int mostSeconds = 6_000)
    {
        for (var seconds = 0; ; seconds++)
        {
            // What the server does in a second, it has done before the clock goes on.
            await Task.WhenAny(done, Task.Delay(5, Cancel));
            if (done.IsCompleted)
            {
                return seconds;
            }

            Assert.True(seconds < mostSeconds, $"Nothing has ended after {seconds} s.");
            Clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        await Host.DisposeAsync();
    }

    /// <summary>Reads an answer to its end, or until the server closes.</summary>
    private static async Task<string> ReadAsync(NetworkStream connection)
    {
        // The server keeps the connection for some seconds, for what it did not read of the body.
        var (answer, text) = (new byte[64 * 1024], "");
        for (var length = 0; !IsWhole(text);)
        {
            var read = await connection.ReadAsync(answer.AsMemory(length), Cancel);
            if (read == 0)
            {
                break;
            }

            length += read;
            text = TextEncoding.Latin1.GetString(answer, 0, length);
        }

        const string Details = "grpc-status-details-bin: ";
        var details = text.IndexOf(Details, StringComparison.OrdinalIgnoreCase);
        return Uri.UnescapeDataString(text)
            + (details < 0 ? "" : RawBody.Binary(text[(details + Details.Length)..].Split('\r')[0]));
    }

    /// <summary>Whether an answer ends: with its last chunk, or with its headers where it has no body.</summary>
    private static bool IsWhole(string text) =>
        text.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal)
        || (text.EndsWith("\r\n\r\n", StringComparison.Ordinal)
            && text.Contains("Content-Length: 0\r\n", StringComparison.Ordinal));
}
