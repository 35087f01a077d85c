using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Segmentation.Decoder.Health;
using Segmentation.Decoder.Hosting;

namespace Segmentation.Decoder.Tests.Hosting;

public sealed class DrainTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly DrainState _state;
    private readonly SiloDrain _drain;

    public DrainTests()
    {
        _state = new DrainState(_clock);
        _drain = new SiloDrain(
            _state,
            Options.Create(new SiloOptions { DrainTimeout = TimeSpan.FromSeconds(20) }),
            _clock,
            NullLogger<SiloDrain>.Instance);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stopping_NobodyAsks_EndsAfterGatewaysHaveHeard()
    {
        var stopping = _drain.StoppingAsync(Cancel);
        Assert.True(_state.HasBegun);

        Advance(TimeSpan.FromMilliseconds(600));
        Assert.False(stopping.IsCompleted);
        await EndAsync(stopping);
    }

    [Fact]
    public async Task Stopping_PromptUnderWay_WaitsForItAndForQuietAfterIt()
    {
        var prompt = _state.Enter();
        var stopping = _drain.StoppingAsync(Cancel);
        Advance(TimeSpan.FromSeconds(3));
        Assert.False(stopping.IsCompleted);

        prompt.Dispose();
        Advance(TimeSpan.FromMilliseconds(600));
        Assert.False(stopping.IsCompleted);
        await EndAsync(stopping);
    }

    [Fact]
    public async Task Stopping_GatewayNeverTurnsAway_EndsAtHalfTime()
    {
        using var prompt = _state.Enter();
        var stopping = _drain.StoppingAsync(Cancel);
        Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(stopping.IsCompleted);

        await EndAsync(stopping);
    }

    [Fact]
    public void IsShort_UseRisesAndFalls_ChangesWithAMargin()
    {
        var used = 0L;
        var memory = new ProcessMemory(() => (used, 1000));
        Assert.False(memory.IsShort);
        used = 900;
        Assert.False(memory.IsShort);
        used = 930;
        Assert.True(memory.IsShort);
        used = 900;
        Assert.True(memory.IsShort);
        used = 860;
        Assert.False(memory.IsShort);
    }

    [Fact]
    public void IsShort_ThisProcess_SeesNativeMemory() => Assert.False(new ProcessMemory().IsShort);

    /// <summary>Time goes on until it ends; the loop may be a few ticks behind.</summary>
    private async Task EndAsync(Task stopping)
    {
        while (!stopping.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }

        await stopping;
    }

    private void Advance(TimeSpan time)
    {
        for (var left = time; left > TimeSpan.Zero; left -= TimeSpan.FromMilliseconds(50))
        {
            _clock.Advance(TimeSpan.FromMilliseconds(50));
        }
    }
}
