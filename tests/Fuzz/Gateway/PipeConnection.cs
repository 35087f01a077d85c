using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Segmentation.Fuzz.Gateway;

/// <summary>A connection to the server within this process: bytes in, bytes out, and an end.</summary>
internal sealed class PipeConnection : ConnectionContext
{
    private const int Port = 5;

    private readonly CancellationTokenSource _closed = new();
    private readonly Pipe _toServer = new(new PipeOptions(useSynchronizationContext: false));
    private readonly Pipe _toClient = new(new PipeOptions(useSynchronizationContext: false, pauseWriterThreshold: 0));
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly WatchedReader _input;

    public PipeConnection()
    {
        ConnectionClosed = _closed.Token;
        LocalEndPoint = RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, Port);
        _input = new WatchedReader(_toServer.Reader);
        Transport = new Duplex(_input, _toClient.Writer);
    }

    public override string ConnectionId { get; set; } = "fuzz";

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    public override IDuplexPipe Transport { get; set; }

    /// <summary>What the client writes.</summary>
    public PipeWriter Client => _toServer.Writer;

    /// <summary>What the client reads.</summary>
    public PipeReader Server => _toClient.Reader;

    /// <summary>Completes when the server has seen everything that was written, and waits for more.</summary>
    public Task ServerWaits => _input.Waits;

    /// <summary>Completes when the server has let go of the connection.</summary>
    public Task Disposed => _disposed.Task;

    /// <summary>The client is gone.</summary>
    public void Leave() => _closed.Cancel();

    public override void Abort(ConnectionAbortedException abortReason)
    {
        _toClient.Writer.Complete();
        _toServer.Reader.CancelPendingRead();
        _closed.Cancel();
    }

    public override async ValueTask DisposeAsync()
    {
        await _input.CompleteAsync();
        await _toClient.Writer.CompleteAsync();
        await base.DisposeAsync();
        _disposed.TrySetResult();
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
