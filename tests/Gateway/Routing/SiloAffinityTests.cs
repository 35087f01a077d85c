using Segmentation.Gateway.Routing;
using Segmentation.Grains;

namespace Segmentation.Gateway.Tests.Routing;

public sealed class SiloAffinityTests : IDisposable
{
    private static readonly DecodeRequest Refinement = RoutingHarness.Click with
    {
        Prompts = [RoutingHarness.Click.Prompts[0] with { MaskId = "mask" }],
    };

    private readonly RoutingHarness _harness = new(silos: 3);
    private readonly SiloAffinity _affinity = new();

    public void Dispose() => _harness.Dispose();

    [Fact]
    public void Order_NothingAnsweredYet_AsHashed() =>
        Assert.Equal(_harness.Routes.For(RoutingHarness.Key), Order(RoutingHarness.Click));

    [Fact]
    public void Order_SiloAnswered_ItIsFirst()
    {
        var last = FollowLast();

        Assert.Equal(last, Order(RoutingHarness.Click)[0]);
    }

    [Fact]
    public void Order_SiloLeft_AsHashed()
    {
        _harness.Routes.Remove(FollowLast());

        Assert.Equal(_harness.Routes.For(RoutingHarness.Key), Order(RoutingHarness.Click));
    }

    [Fact]
    public void Order_SiloDrains_AsHashed()
    {
        FollowLast().Drains();

        Assert.Equal(_harness.Routes.For(RoutingHarness.Key), Order(Refinement));
    }

    [Fact]
    public void Order_SiloIsBusy_OnlyWhatRefinesItsMasksStays()
    {
        var last = FollowLast();
        for (var i = 0; i < 10; i++)
        {
            last.Send();
        }

        Assert.NotEqual(last, Order(RoutingHarness.Click)[0]);
        Assert.Equal(last, Order(Refinement)[0]);
    }

    private SiloRoute FollowLast()
    {
        var last = _harness.Routes.For(RoutingHarness.Key)[^1];
        _affinity.Follow(last);
        return last;
    }

    private IReadOnlyList<SiloRoute> Order(DecodeRequest request) =>
        _affinity.Order(_harness.Routes.For(RoutingHarness.Key), request, _harness.Time.GetTimestamp());
}
