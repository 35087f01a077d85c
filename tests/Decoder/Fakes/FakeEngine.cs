using System.Collections.Concurrent;
using System.Threading.Channels;
using Segmentation.Decoder.Engine;

namespace Segmentation.Decoder.Tests.Fakes;

/// <summary>
/// A model whose answers are simple functions of the prompts, and which tests can hold: then every run waits until it
/// is let through, or until its token is cancelled.
/// </summary>
internal sealed class FakeEngine : IDecodeEngine, IDisposable
{
    private readonly Channel<string> _begun = Channel.CreateUnbounded<string>();
    private readonly Channel<string> _cancelled = Channel.CreateUnbounded<string>();
    private readonly SemaphoreSlim _gate = new(0);

    /// <summary>Bytes that each image says it takes.</summary>
    public const long ImageBytes = 1000;

    /// <summary>Whether runs wait to be let through.</summary>
    public bool IsHeld { get; init; }

    /// <summary>What ran, in order: <c>prepare WIDTH</c>, or <c>segment X</c> with the first point's x.</summary>
    public ConcurrentQueue<string> Runs { get; } = [];

    public IDecodeWorker CreateWorker() => new FakeWorker(this);

    /// <summary>Waits until the next run is on a worker.</summary>
    public async Task<string> NextAsync() => await _begun.Reader.ReadAsync(TestContext.Current.CancellationToken);

    /// <summary>Waits until a run that was held has been cancelled.</summary>
    public async Task<string> NextCancelledAsync() =>
        await _cancelled.Reader.ReadAsync(TestContext.Current.CancellationToken);

    /// <summary>Lets so many runs through.</summary>
    public void Let(int runs) => _gate.Release(runs);

    /// <summary>True once it has left the silo's memory.</summary>
    public bool IsDisposed { get; private set; }

    public void Dispose()
    {
        IsDisposed = true;
        _gate.Dispose();
    }

    /// <summary>Called on a worker's thread.</summary>
    public void Enter(string run, CancellationToken cancellationToken)
    {
        Runs.Enqueue(run);
        Assert.True(_begun.Writer.TryWrite(run));
        if (!IsHeld)
        {
            return;
        }

        try
        {
            _gate.Wait(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Assert.True(_cancelled.Writer.TryWrite(run));
            throw;
        }
    }
}
