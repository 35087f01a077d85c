using Segmentation.Common.Caching;

namespace Segmentation.Common.Tests.Caching;

public sealed class SingleFlightTests
{
    private readonly SingleFlight<string, int> _flights = new();
    private readonly TaskCompletionSource<int> _work = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationToken _abandoned;
    private int _starts;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_SameKeyAtTheSameTime_SharesTheWork()
    {
        var calls = Enumerable.Range(0, 10).Select(_ => _flights.RunAsync("a", Work, Cancel)).ToArray();
        _work.SetResult(7);

        Assert.All(await Task.WhenAll(calls), result => Assert.Equal(7, result));
        Assert.Equal(1, _starts);
    }

    [Fact]
    public async Task RunAsync_AfterTheLanding_StartsAnew()
    {
        _work.SetResult(7);
        await _flights.RunAsync("a", Work, Cancel);
        await _flights.RunAsync("a", Work, Cancel);
        Assert.Equal(2, _starts);
    }

    [Fact]
    public async Task RunAsync_OtherKey_IsOtherWork()
    {
        var first = _flights.RunAsync("a", Work, Cancel);
        var second = _flights.RunAsync("b", Work, Cancel);
        _work.SetResult(7);
        await Task.WhenAll(first, second);
        Assert.Equal(2, _starts);
    }

    [Fact]
    public async Task RunAsync_OneCallerGivesUp_TheOthersGoOn()
    {
        using var givesUp = new CancellationTokenSource();
        var first = _flights.RunAsync("a", Work, givesUp.Token);
        var second = _flights.RunAsync("a", Work, Cancel);

        await givesUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.False(_abandoned.IsCancellationRequested);
        _work.SetResult(7);
        Assert.Equal(7, await second);
    }

    [Fact]
    public async Task RunAsync_TheLastCallerGivesUp_TheWorkIsTold()
    {
        using var givesUp = new CancellationTokenSource();
        var call = _flights.RunAsync("a", Work, givesUp.Token);
        await givesUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.True(_abandoned.IsCancellationRequested);
    }

    [Fact]
    public async Task RunAsync_JoiningWorkThatStopsForOthers_StartsAnew()
    {
        using var givesUp = new CancellationTokenSource();
        var first = _flights.RunAsync("a", Work, givesUp.Token);
        await givesUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        var second = _flights.RunAsync("a", _ => Task.FromResult(8), Cancel);
        _work.SetCanceled(_abandoned);

        Assert.Equal(8, await second);
    }

    [Fact]
    public async Task RunAsync_WorkFails_EveryCallerSeesIt()
    {
        var calls = new[] { _flights.RunAsync("a", Work, Cancel), _flights.RunAsync("a", Work, Cancel) };
        _work.SetException(new InvalidDataException());
        foreach (var call in calls)
        {
            await Assert.ThrowsAsync<InvalidDataException>(() => call);
        }
    }

    [Fact]
    public async Task RunAsync_WorkCancelsItself_IsNotRepeatedForEver()
    {
        var call = _flights.RunAsync("a", Work, Cancel);
        _work.SetCanceled(new CancellationToken(true));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(1, _starts);
    }

    private Task<int> Work(CancellationToken abandoned)
    {
        _abandoned = abandoned;
        Interlocked.Increment(ref _starts);
        return _work.Task;
    }
}
