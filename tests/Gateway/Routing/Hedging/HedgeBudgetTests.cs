using Segmentation.Gateway.Routing.Hedging;

namespace Segmentation.Gateway.Tests.Routing.Hedging;

public sealed class HedgeBudgetTests
{
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
}
