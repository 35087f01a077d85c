using Microsoft.Extensions.Time.Testing;
using Segmentation.Identity.Keys;

namespace Segmentation.Identity.Tests.Keys;

public sealed class KeyUsesTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    [Fact]
    public void Of_KeysThatWereUsed_IsTheLastTimeOnAnyGateway()
    {
        var uses = new KeyUses(_clock);
        var first = _clock.GetUtcNow();

        uses.Note("a");
        _clock.Advance(TimeSpan.FromSeconds(10));
        uses.Note("b");
        uses.Learn("a", first.AddSeconds(5));
        uses.Learn("b", first);
        uses.Learn("c", first);

        Assert.Equal(first.AddSeconds(5), uses.Of("a"));
        Assert.Equal(first.AddSeconds(10), uses.Of("b"));
        Assert.Equal(first, uses.Of("c"));
        Assert.Null(uses.Of("d"));
        Assert.Equal(["a", "b", "c"], uses.All().Select(use => use.Id).Order());
    }

    [Fact]
    public void Note_ManyTimes_AllocatesNothing()
    {
        var uses = new KeyUses(TimeProvider.System);
        uses.Note("a");
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1000; i++)
        {
            uses.Note("a");
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
