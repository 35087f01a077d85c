using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>A connection within the process: two pipes, one for each direction. Marks its requests by being a feature.</summary>
internal sealed class InProcessConnection : DefaultConnectionContext
{
    // The windows of HTTP/2 bound what is under way.
    private static readonly PipeOptions _options = new(
        pauseWriterThreshold: 1 << 20, resumeWriterThreshold: 1 << 19, useSynchronizationContext: false);

    private readonly Pipe _toServer = new(_options);
    private readonly Pipe _toClient = new(_options);
    private readonly CancellationTokenSource _closed = new();

    public InProcessConnection()
        : base($"own-{Guid.NewGuid():N}")
    {
        Transport = new Side(_toServer.Reader, _toClient.Writer);
        Client = new InProcessStream(_toClient.Reader, _toServer.Writer);
        LocalEndPoint = RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, 0);
        ConnectionClosed = _closed.Token;
        Features.Set(this);
    }

    /// <summary>The client's side.</summary>
    public Stream Client { get; }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        // The base class cancels on another thread, after it may have been disposed.
        _toClient.Writer.CancelPendingFlush();
        _toServer.Reader.CancelPendingRead();
        _ = _closed.CancelAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await _toServer.Reader.CompleteAsync();
        await _toClient.Writer.CompleteAsync();
        await base.DisposeAsync();
    }

    private sealed record Side(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
