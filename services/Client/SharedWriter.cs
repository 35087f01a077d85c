using Grpc.Core;
using Segmentation.Protocol.V1;

namespace Segmentation.Client;

/// <summary>Writes to a stream from several places: a call takes one message at a time.</summary>
/// <param name="stream">The call's requests.</param>
internal sealed class SharedWriter(IClientStreamWriter<SegmentStreamRequest> stream) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Writes a message, after those that are being written.</summary>
    public async Task WriteAsync(SegmentStreamRequest message, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await stream.WriteAsync(message, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
