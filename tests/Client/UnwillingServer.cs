using System.Net;
using System.Net.Sockets;

namespace Segmentation.Client.Tests;

/// <summary>
/// A server of HTTP/2 that ends every connection as soon as a call has begun, as a port with TLS does with clients that
/// speak none (INADEQUATE_SECURITY, RFC 9113).
/// </summary>
internal sealed class UnwillingServer : IAsyncDisposable
{
    private const int PrefaceBytes = 24;
    private const int FrameHead = 9;
    private const byte Headers = 1;

    // Empty settings; then the frame that ends the connection: no stream was handled, and the code.
    private static readonly byte[] _refusal =
        [0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    public UnwillingServer()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>The port.</summary>
    public Uri Address => new($"http://{_listener.LocalEndpoint}");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            // One beside the other: a client that is refused may keep the first connection until the next stands.
            _ = RefuseAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
    }

    private async Task RefuseAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await RefuseAsync(client.GetStream());
            }
            catch (Exception error) when (error is IOException or OperationCanceledException)
            {
                // The client was faster, or the test has ended.
            }
        }
    }

    private async Task RefuseAsync(NetworkStream stream)
    {
        await stream.ReadExactlyAsync(new byte[PrefaceBytes], _stop.Token);
        var head = new byte[FrameHead];
        do
        {
            await stream.ReadExactlyAsync(head, _stop.Token);
            await stream.ReadExactlyAsync(new byte[(head[0] << 16) + (head[1] << 8) + head[2]], _stop.Token);
        }
        while (head[3] != Headers);

        await stream.WriteAsync(_refusal, _stop.Token);
        await stream.FlushAsync(_stop.Token);

        // Until the client closes: closed with unread bytes, the connection would be reset, and the refusal lost.
        var rest = new byte[4096];
        while (await stream.ReadAsync(rest, _stop.Token) > 0)
        {
        }
    }
}
