using Segmentation.Common;
using Segmentation.Embeddings;
using Segmentation.Encoder.Queue;
using Segmentation.Sam.Images;

namespace Segmentation.Encoder.Tests.Queue;

public sealed class FairLaneTests
{
    private readonly FairLane _lane = new();
    private long _number;

    [Fact]
    public void Take_OneTenant_GoesByTurn()
    {
        var dear = Add("a", seconds: 2, place: 20);
        var cheap = Add("a", seconds: 0.1, place: 3);
        var late = Add("a", seconds: 0.1, place: 21);
        var same = Add("a", seconds: 0.1, place: 21);

        Assert.Equal([cheap, dear, late, same], TakeAll());
    }

    [Fact]
    public void Take_ManyDearOnesOfAnotherTenant_ACheapOnePassesAllButOne()
    {
        var dear = Enumerable.Range(0, 24).Select(_ => Add("hostile", seconds: 1.5)).ToList();
        var first = Take();
        var upload = Add("person", seconds: 0.1);

        Assert.Equal(dear[0], first);
        Assert.Equal(upload, Take());
        Assert.Equal(dear[1..], TakeAll());
    }

    [Fact]
    public void Take_TwoTenantsOfDifferentCosts_AreServedForTheSameTime()
    {
        var dear = Enumerable.Range(0, 4).Select(_ => Add("a", seconds: 1)).ToHashSet();
        var cheap = Enumerable.Range(0, 40).Select(_ => Add("b", seconds: 0.1)).ToHashSet();

        var taken = TakeAll();

        for (var i = 1; i < taken.Count; i++)
        {
            var ofA = taken[..i].Where(dear.Contains).Sum(job => job.Turn.Seconds);
            var ofB = taken[..i].Where(cheap.Contains).Sum(job => job.Turn.Seconds);
            Assert.InRange(ofA - ofB, -1.11, 1.11);
        }
    }

    [Fact]
    public void Take_ADearOneAmongEverNewTenants_HasItsTurn()
    {
        var dear = Add("a", seconds: 2);
        var passed = 0;
        for (var tenant = 0; ; tenant++, passed++)
        {
            Add($"t{tenant}", seconds: 0.5);
            if (Take() == dear)
            {
                break;
            }
        }

        Assert.InRange(passed, 3, 4);
    }

    [Fact]
    public void Take_ATenantThatTookLongerThanExpected_StandsBack()
    {
        Add("a", seconds: 0.1);
        Add("a", seconds: 0.1);
        Add("b", seconds: 1);
        var first = Take();
        Assert.Equal("a", first.Tenant);

        _lane.Charge("a", 5);

        Assert.Equal("b", Take().Tenant);
    }

    [Fact]
    public void Wait_OfATenantWithLittle_CountsOfTheOthersNoMoreThanItsOwn()
    {
        for (var i = 0; i < 100; i++)
        {
            Add("a", seconds: 1);
        }

        Assert.Equal(0.5, _lane.Wait("b", 0.5), 6);
        Assert.Equal(100, _lane.Wait("a", 0.5), 6);
        Assert.Equal(100, _lane.Seconds, 6);
    }

    private EncodeJob Add(string tenant, double seconds, double? place = null)
    {
        var model = new ModelIdentity("tiny", new string('a', 64), "v1");
        var key = EmbeddingKey.Create(tenant, model, new string('0', 64));
        var cost = new ReadCost("image/png", 1, TimeSpan.FromSeconds(seconds), 1, 1);
        var job = new EncodeJob(
            new(key, new byte[1], null, Lane.Interactive), EncoderFixture.ModelOf(model), cost, 0);
        job.Turn = new Turn(place ?? _number, _number++, seconds);
        _lane.Add(job);
        return job;
    }

    private EncodeJob Take()
    {
        var job = _lane.Next(_ => true)!;
        _lane.Take(job);
        return job;
    }

    private List<EncodeJob> TakeAll()
    {
        var taken = new List<EncodeJob>();
        while (_lane.Count > 0)
        {
            taken.Add(Take());
        }

        return taken;
    }
}
