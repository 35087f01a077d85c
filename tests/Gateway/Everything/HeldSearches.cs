using System.Threading.Channels;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Grains;

namespace Segmentation.Gateway.Tests.Everything;

/// <summary>Holds every part of a search until the test lets all go on.</summary>
internal sealed class HeldSearches
{
    private readonly Channel<string> _arrived = Channel.CreateUnbounded<string>();
    private readonly Channel<string> _cancelled = Channel.CreateUnbounded<string>();
    private readonly TaskCompletionSource _let = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public HeldSearches(FakeGrain grain) => grain.BeforeSearch = HoldAsync;

    /// <summary>Waits for so many more parts.</summary>
    public Task<List<string>> ArriveAsync(int count) => ReadAsync(_arrived, count);

    /// <summary>Waits until so many more of them have been cancelled.</summary>
    public Task<List<string>> AreCancelledAsync(int count) => ReadAsync(_cancelled, count);

    /// <summary>Goes on with all of them, and with all that follow.</summary>
    public void LetAll() => _let.TrySetResult();

    private static async Task<List<string>> ReadAsync(Channel<string> channel, int count)
    {
        var read = new List<string>();
        while (read.Count < count)
        {
            read.Add(await channel.Reader.ReadAsync(TestContext.Current.CancellationToken));
        }

        return read;
    }

    private async Task<PointsReply?> HoldAsync(string key, PointsRequest request, CancellationToken cancellationToken)
    {
        _arrived.Writer.TryWrite(key);
        try
        {
            await _let.Task.WaitAsync(cancellationToken);
            return null;
        }
        catch (OperationCanceledException)
        {
            _cancelled.Writer.TryWrite(key);
            throw;
        }
    }
}
