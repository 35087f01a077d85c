using Segmentation.Gateway.Routing.Affinity;
using Segmentation.Gateway.Routing.Silos;
using Segmentation.Grains;

namespace Segmentation.Gateway.Tests.Routing.Affinity;

public sealed class SiloAffinityTests : IDisposable
{
    private static readonly DecodeRequest _refinement = RoutingHarness.Click with
    {
        Prompts = [RoutingHarness.Click.Prompts[0] with { MaskId = "mask" }],
    };

    private readonly RoutingHarness _harness = new(silos: 3);
    private readonly SiloAffinity _affinity = new();

    public void Dispose() => _harness.Dispose();

    [Fact]
    public void Order_NothingAnsweredYet_AsHashed() =>
        Assert.Equal(_harness.Selector.For(RoutingHarness.Key), Order(RoutingHarness.Click));

    [Fact]
    public void Order_SiloAnswered_ItIsFirst()
    {
        var last = FollowLast();

        Assert.Equal(last, Order(RoutingHarness.Click)[0]);
    }

    [Fact]
    public void Order_SiloLeft_AsHashed()
    {
        _harness.Silos.Remove(FollowLast());

        Assert.Equal(_harness.Selector.For(RoutingHarness.Key), Order(RoutingHarness.Click));
    }

    [Fact]
    public void Order_SiloFailed_AsHashed()
    {
        FollowLast().Failed(_harness.Silos.AvoidUntil);

        Assert.Equal(_harness.Selector.For(RoutingHarness.Key), Order(_refinement));
    }

    [Fact]
    public async Task Order_SiloDrains_ItAnswersUntilTheImageIsHotElsewhere()
    {
        var last = FollowLast();
        last.Drains();
        var hot = new TaskCompletionSource<bool>();
        List<SiloState> asked = [];
        var moving = _affinity.LeaveAvoidedAsync(Order(RoutingHarness.Click), RoutingHarness.Key, (route, _) =>
        {
            asked.Add(route);
            return hot.Task;
        });
        Assert.Equal(last, Order(RoutingHarness.Click)[0]);

        hot.SetResult(true);
        await moving;
        _affinity.Follow(last);
        Assert.Equal(asked, [Order(RoutingHarness.Click)[0]]);
        Assert.NotEqual(last, asked[0]);
    }

    [Fact]
    public async Task Leave_FirstCandidateCannot_TheNextIsTried()
    {
        FollowLast().Drains();
        var candidates = _harness.Selector.For(RoutingHarness.Key);

        await _affinity.LeaveAvoidedAsync(
            candidates, RoutingHarness.Key, (route, _) => Task.FromResult(route != candidates[0]));

        Assert.Equal(candidates[1], Order(RoutingHarness.Click)[0]);
    }

    [Fact]
    public async Task Leave_NobodyElse_StaysWithIt()
    {
        var last = FollowLast();
        last.Drains();

        await _affinity.LeaveAvoidedAsync(
            _harness.Selector.For(RoutingHarness.Key), RoutingHarness.Key, (_, _) => Task.FromResult(false));

        Assert.Equal(last, Order(RoutingHarness.Click)[0]);
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
        Assert.Equal(last, Order(_refinement)[0]);
    }

    private SiloState FollowLast()
    {
        var last = _harness.Selector.For(RoutingHarness.Key)[^1];
        _affinity.Follow(last);
        return last;
    }

    private IReadOnlyList<SiloState> Order(DecodeRequest request) =>
        _affinity.Order(_harness.Selector.For(RoutingHarness.Key), request, _harness.Time.GetTimestamp());
}
