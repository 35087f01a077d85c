using Segmentation.Common.Budgets;

namespace Segmentation.Common.Tests.Budgets;

public sealed class ByteBudgetTests
{
    [Fact]
    public void TryGrow_OneAlone_TakesEverything()
    {
        var budget = new ByteBudget(100);
        using var lease = budget.Open("a", "1");

        Assert.True(lease.TryGrow(60));
        Assert.True(lease.TryGrow(40));
        Assert.False(lease.TryGrow(1));
        Assert.Equal(100, budget.Held);
    }

    [Fact]
    public void TryGrow_ManyOfOneConnection_LeaveHalf()
    {
        var budget = new ByteBudget(1000);

        var taken = Fill(budget, "a", _ => "1");

        Assert.Equal(500, taken);
        Assert.True(budget.Open("a", "2").TryGrow(100), "Another connection finds room.");
    }

    [Fact]
    public void TryGrow_ManyConnectionsOfOneTenant_LeaveAFifth()
    {
        var budget = new ByteBudget(1000);

        var taken = Fill(budget, "a", i => $"{i}");

        Assert.Equal(790, taken);
        Assert.True(budget.Open("b", "1").TryGrow(90), "Another tenant finds room.");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(14)]
    [InlineData(48)]
    public void TryGrow_ManyConnectionsThatTakeAllTheyCan_LeaveRoomForOneMoreOfTheirTenant(int connections)
    {
        var budget = new ByteBudget(100_000);
        BudgetLease[] leases = [.. Enumerable.Range(0, connections).Select(i => budget.Open("a", $"{i}"))];
        for (var taken = 1; taken > 0;)
        {
            // All of them, in turn, until none gets more.
            taken = leases.Count(lease => lease.TryGrow(10));
        }

        Assert.InRange(budget.Held, 50_000, 80_000);
        Assert.True(budget.Open("a", "new").TryGrow(100_000 / (5 * (connections + 1))), "One more finds room.");
    }

    [Fact]
    public void TryGrow_OneRequestOfSeveralLeases_IsAloneWithThem()
    {
        var (budget, request) = (new ByteBudget(100), new object());
        using var message = budget.Open("a", "1", request);
        using var file = budget.Open("a", "1", request);
        using var another = budget.Open("a", "1");

        Assert.True(message.TryGrow(40));
        Assert.True(file.TryGrow(60));
        file.Shrink(10);
        Assert.False(another.TryGrow(10));
    }

    [Fact]
    public void TryGrow_AfterOthersLeft_BorrowsAgain()
    {
        var budget = new ByteBudget(100);
        var first = budget.Open("a", "1");
        using var second = budget.Open("a", "1");
        Assert.True(first.TryGrow(50));
        Assert.False(second.TryGrow(40));

        first.Dispose();

        Assert.True(second.TryGrow(40));
        Assert.Equal(40, budget.Held);
    }

    [Fact]
    public void Shrink_APart_IsFreeForOthers()
    {
        var budget = new ByteBudget(100);
        using var first = budget.Open("a", "1");
        using var second = budget.Open("b", "1");
        Assert.True(first.TryGrow(90));
        Assert.False(second.TryGrow(30));

        first.Shrink(60);

        Assert.True(second.TryGrow(30));
        Assert.Throws<ArgumentOutOfRangeException>(() => first.Shrink(31));
    }

    [Fact]
    public void Dispose_Twice_GivesBackOnce()
    {
        var budget = new ByteBudget(100);
        using var other = budget.Open("b", "1");
        Assert.True(other.TryGrow(10));
        var lease = budget.Open("a", "1");
        Assert.True(lease.TryGrow(10));

        lease.Dispose();
        lease.Dispose();

        Assert.Equal(10, budget.Held);
    }

    /// <summary>Takes ten at a time, a lease each, until refused.</summary>
    [Fact]
    public void TryGrow_LeasesThatShareWithNobody_TakeAllThatIsFree()
    {
        var budget = new ByteBudget(100);
        using var first = budget.Open();
        using var second = budget.Open();

        Assert.True(first.TryGrow(70));
        Assert.True(second.TryGrow(30));
        Assert.False(first.TryGrow(1));
    }

    [Fact]
    public void ShrinkTo_MoreThanIsHeld_KeepsEverything()
    {
        var freed = 0;
        var budget = new ByteBudget(100) { Freed = () => freed++ };
        using var lease = budget.Open();
        Assert.True(lease.TryGrow(60));

        lease.ShrinkTo(80);
        Assert.Equal((60, 0), (budget.Held, freed));

        lease.ShrinkTo(10);
        Assert.Equal((10, 1), (budget.Held, freed));
    }

    private static long Fill(ByteBudget budget, string tenant, Func<int, string> connection)
    {
        var taken = 0L;
        for (var i = 0; budget.Open(tenant, connection(i)).TryGrow(10); i++)
        {
            taken += 10;
        }

        return taken;
    }
}
