using Segmentation.Common.Budgets;

namespace Segmentation.Common.Tests.Budgets;

public sealed class TokenBudgetTests
{
    [Theory]
    [InlineData(0.1, 10)]
    [InlineData(0.2, 5)]
    [InlineData(1.0, 1)]
    public void Earn_PartsOfAToken_AddUpExactly(double ratio, int times)
    {
        var budget = new TokenBudget(reserve: 3, ratio);
        Assert.Equal(3, Spend(budget));

        for (var i = 1; i < times; i++)
        {
            budget.Earn();
        }

        Assert.False(budget.TrySpend(), "A token was there before it was earned.");
        budget.Earn();
        Assert.Equal(1, Spend(budget));
    }

    [Fact]
    public void Earn_BucketFull_GivesNoMoreThanTheReserve()
    {
        var budget = new TokenBudget(reserve: 2, ratio: 0.5);
        for (var i = 0; i < 100; i++)
        {
            budget.Earn();
        }

        Assert.Equal(2, Spend(budget));
    }

    [Fact]
    public async Task TrySpend_ManyAtOnce_SpendNoTokenTwice()
    {
        var budget = new TokenBudget(reserve: 1000, ratio: 0);

        var spent = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Spend(budget))));

        Assert.Equal(1000, spent.Sum());
    }

    private static int Spend(TokenBudget budget)
    {
        var spent = 0;
        while (budget.TrySpend())
        {
            spent++;
        }

        return spent;
    }
}
