using Segmentation.Gateway.Routing;

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
        _harness.Routes.Update([_harness.Silos[0], _harness.Silos[2]]);

        Assert.All(
            Enumerable.Range(0, Images).Where(image => !gone.Equals(before[image])),
            image => Assert.Equal(before[image], Favourite(image)));
    }

    [Fact]
    public void For_NoSiloKnown_LeavesTheChoiceToOrleans()
    {
        _harness.Routes.Update([]);

        Assert.Null(Assert.Single(_harness.Routes.For(RoutingHarness.Key)).Address);
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
        var times = new HedgeTimes();
        Assert.Equal(HedgeTimes.Shortest, times.Late);
        Feed(times, TimeSpan.FromMilliseconds(60));
        Assert.Equal(240, times.Late.TotalMilliseconds, 3);
        Feed(times, TimeSpan.FromSeconds(5));
        Assert.Equal(HedgeTimes.Longest, times.Late);
    }

    private static void Feed(HedgeTimes times, TimeSpan duration)
    {
        for (var i = 0; i < 512; i++)
        {
            times.Add(duration);
        }
    }

    private SiloAddress Favourite(int image) => _harness.Routes.For(RoutingHarness.KeyOf(image))[0].Address!;
}
