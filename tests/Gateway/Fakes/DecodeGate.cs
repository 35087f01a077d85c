using System.Threading.Channels;
using Segmentation.Grains;

namespace Segmentation.Gateway.Tests.Fakes;

/// <summary>Holds every decode until the test lets it go on.</summary>
internal sealed class DecodeGate
{
    private readonly Channel<HeldDecode> _arrived = Channel.CreateUnbounded<HeldDecode>();
    private int _held;

    public DecodeGate(FakeGrain grain) => grain.Before = HoldAsync;

    /// <summary>Most decodes that were held at the same time.</summary>
    public int MostHeld { get; private set; }

    /// <summary>The next decode to arrive.</summary>
    public ValueTask<HeldDecode> NextAsync() => _arrived.Reader.ReadAsync(TestContext.Current.CancellationToken);

    private async Task<DecodeReply?> HoldAsync(string key, DecodeRequest request, CancellationToken cancellationToken)
    {
        var held = new HeldDecode(key, request);
        MostHeld = Math.Max(MostHeld, Interlocked.Increment(ref _held));
        _arrived.Writer.TryWrite(held);
        try
        {
            return await held.Reply.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            held.Cancelled.TrySetResult();
            throw;
        }
        finally
        {
            Interlocked.Decrement(ref _held);
        }
    }
}
