using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Segmentation.Gateway.Hosting;
using Segmentation.Gateway.Receiving;

namespace Segmentation.Gateway.Tests.Hosting;

public sealed class MemoryReclaimerTests
{
    private const long Megabyte = 1024 * 1024;

    [Theory]
    [InlineData(400, 1)]
    [InlineData(10, 0)]
    public async Task Look_AfterBytesWereHeld_CollectsOnceWhenTheyWereMany(long megabytes, int expected)
    {
        var budget = new UploadBudget(Options.Create(new UploadOptions()));
        var (clock, collected) = (new FakeTimeProvider(), 0);
        using var watch = new MemoryReclaimer(() => budget.Held, clock, () => collected++);
        await watch.StartAsync(TestContext.Current.CancellationToken);
        using var room = budget.Open("default", "connection");
        Assert.True(room.TryResize(megabytes * Megabyte));
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, collected);

        room.TryResize(Megabyte);
        clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(expected, collected);
    }
}
