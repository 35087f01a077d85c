using Segmentation.Grains;

namespace Segmentation.Gateway.Tests.Routing.Silos;

public sealed class SiloSelectorTests : IDisposable
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
        var gone = _harness.Addresses[1];
        _harness.Remove(gone);

        Assert.All(
            Enumerable.Range(0, Images).Where(image => !gone.Equals(before[image])),
            image => Assert.Equal(before[image], Favourite(image)));
    }

    [Fact]
    public void For_SiloWithMoreWorkers_GetsItsShare()
    {
        _harness.Remove(_harness.Addresses[2]);
        var large = _harness.Add(_harness.Addresses[2], workers: 8).Address!;

        // 8 of 12 workers.
        Assert.InRange(Enumerable.Range(0, Images).Count(image => large.Equals(Favourite(image))), 360, 440);
    }

    [Fact]
    public void For_FavouriteHasMoreThanItsShare_TheNextOneIsFirst()
    {
        var order = _harness.Selector.For(RoutingHarness.Key);
        for (var i = 0; i < 4; i++)
        {
            Assert.Same(order[0], _harness.Selector.For(RoutingHarness.Key)[0]);
            order[0].Send();
        }

        Assert.Same(order[1], _harness.Selector.For(RoutingHarness.Key)[0]);
    }

    [Fact]
    public void For_AllSilosAreBusy_TheFavouriteIsFirst()
    {
        var order = _harness.Selector.For(RoutingHarness.Key);
        foreach (var silo in order)
        {
            for (var i = 0; i < 20; i++)
            {
                silo.Send();
            }
        }

        Assert.Same(order[0], _harness.Selector.For(RoutingHarness.Key)[0]);
    }

    [Fact]
    public void For_FavouriteIsShortOfMemory_OthersAreFirstUntilItIsNot()
    {
        var favourite = _harness.Selector.For(RoutingHarness.Key)[0];
        var silo = new SiloDescription { Address = favourite.Address!, Workers = 2 };
        favourite.Update(silo with { IsShortOfMemory = true });
        Assert.NotSame(favourite, _harness.Selector.For(RoutingHarness.Key)[0]);

        favourite.Update(silo);
        Assert.Same(favourite, _harness.Selector.For(RoutingHarness.Key)[0]);
    }

    [Fact]
    public void IsLastResort_SiloFailed_ForAWhile()
    {
        var favourite = _harness.Selector.For(RoutingHarness.Key)[0];
        favourite.Failed(_harness.Silos.AvoidUntil);
        Assert.NotSame(favourite, _harness.Selector.For(RoutingHarness.Key)[0]);

        _harness.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Same(favourite, _harness.Selector.For(RoutingHarness.Key)[0]);
    }

    private SiloAddress Favourite(int image) => _harness.Selector.For(RoutingHarness.KeyOf(image))[0].Address!;
}
