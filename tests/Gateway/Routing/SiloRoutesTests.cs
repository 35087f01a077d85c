using Segmentation.Gateway.Routing.Hedging;
using Segmentation.Grains;

namespace Segmentation.Gateway.Tests.Routing;

public sealed class SiloRoutesTests : IDisposable
{
    private const int Images = 600;
    private readonly RoutingHarness _harness = new(silos: 3);

    public void Dispose() => _harness.Dispose();

    [Fact]
    public void For_ManyImages_AreSpreadEvenly()
    {
        var favourites = Enumerable.Range(0, Images).CountBy(Favourite).ToList();

        Assert.Equal(3, favourites.Count);
        Assert.All(favourites, favourite => Assert.InRange(favourite.Value, 150, 250));
    }

    [Fact]
    public void For_SiloLeft_OnlyItsImagesMove()
    {
        var before = Enumerable.Range(0, Images).Select(Favourite).ToList();
        var gone = _harness.Silos[1];
        _harness.Remove(gone);

        Assert.All(
            Enumerable.Range(0, Images).Where(image => !gone.Equals(before[image])),
            image => Assert.Equal(before[image], Favourite(image)));
    }

    [Fact]
    public void For_SiloWithMoreWorkers_GetsItsShare()
    {
        _harness.Remove(_harness.Silos[2]);
        var large = _harness.Add(_harness.Silos[2], workers: 8).Address!;

        // 8 of 12 workers.
        Assert.InRange(Enumerable.Range(0, Images).Count(image => large.Equals(Favourite(image))), 360, 440);
    }

    [Fact]
    public void For_FavouriteHasMoreThanItsShare_TheNextOneIsFirst()
    {
        var order = _harness.Routes.For(RoutingHarness.Key);
        for (var i = 0; i < 4; i++)
        {
            Assert.Same(order[0], _harness.Routes.For(RoutingHarness.Key)[0]);
            order[0].Send();
        }

        Assert.Same(order[1], _harness.Routes.For(RoutingHarness.Key)[0]);
    }

    [Fact]
    public void For_AllSilosAreBusy_TheFavouriteIsFirst()
    {
        var order = _harness.Routes.For(RoutingHarness.Key);
        foreach (var route in order)
        {
            for (var i = 0; i < 20; i++)
            {
                route.Send();
            }
        }

        Assert.Same(order[0], _harness.Routes.For(RoutingHarness.Key)[0]);
    }

    [Fact]
    public void For_FavouriteIsShortOfMemory_OthersAreFirstUntilItIsNot()
    {
        var favourite = _harness.Routes.For(RoutingHarness.Key)[0];
        var silo = new SiloDescription { Address = favourite.Address!, Workers = 2 };
        favourite.Update(silo with { IsShortOfMemory = true });
        Assert.NotSame(favourite, _harness.Routes.For(RoutingHarness.Key)[0]);

        favourite.Update(silo);
        Assert.Same(favourite, _harness.Routes.For(RoutingHarness.Key)[0]);
    }

    [Fact]
    public void IsAvoided_SiloFailed_ForAWhile()
    {
        var favourite = _harness.Routes.For(RoutingHarness.Key)[0];
        favourite.Failed(_harness.Routes.AvoidUntil);
        Assert.NotSame(favourite, _harness.Routes.For(RoutingHarness.Key)[0]);

        _harness.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Same(favourite, _harness.Routes.For(RoutingHarness.Key)[0]);
    }

    [Fact]
    public void TrySpend_ReserveUsedUp_OneInTen()
    {
        var budget = new HedgeBudget();
        while (budget.TrySpend())
        {
        }

        for (var i = 0; i < 10; i++)
        {
            Assert.False(budget.TrySpend());
            budget.Earn();
        }

        Assert.True(budget.TrySpend());
    }

    [Fact]
    public void Late_FastAndSlowAnswers_StaysWithinBounds()
    {
        var times = new LatencyTracker();
        Assert.Equal(LatencyTracker.Shortest, times.Late);
        Feed(times, TimeSpan.FromMilliseconds(60));
        Assert.Equal(240, times.Late.TotalMilliseconds, 3);
        Feed(times, TimeSpan.FromSeconds(5));
        Assert.Equal(LatencyTracker.Longest, times.Late);
    }

    private static void Feed(LatencyTracker times, TimeSpan duration)
    {
        for (var i = 0; i < 512; i++)
        {
            times.Add(duration);
        }
    }

    private SiloAddress Favourite(int image) => _harness.Routes.For(RoutingHarness.KeyOf(image))[0].Address!;
}
