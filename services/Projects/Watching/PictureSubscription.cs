using System.Threading.Channels;

namespace Segmentation.Projects.Watching;

/// <summary>One watcher of one picture. Any number of signals before a look are one.</summary>
internal sealed class PictureSubscription : IDisposable
{
    private readonly PictureSignals _signals;
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Made by <see cref="PictureSignals.Subscribe"/>.</summary>
    internal PictureSubscription(PictureSignals signals, long picture) => (_signals, Picture) = (signals, picture);

    /// <summary>The picture.</summary>
    public long Picture { get; }

    /// <summary>Waits for a signal.</summary>
    /// <param name="longest">Longest wait.</param>
    /// <param name="clock">Measures it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>True: something changed. False: the time is over.</returns>
    public async Task<bool> WaitAsync(TimeSpan longest, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (_signal.Reader.TryRead(out _))
        {
            return true;
        }

        using var over = new CancellationTokenSource(longest, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        try
        {
            await _signal.Reader.WaitToReadAsync(either.Token);
            return _signal.Reader.TryRead(out _);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Signals.</summary>
    internal void Wake() => _signal.Writer.TryWrite(true);

    /// <inheritdoc/>
    public void Dispose() => _signals.Remove(this);
}
