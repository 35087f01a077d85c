using Segmentation.Common.Budgets;

namespace Segmentation.Common.Tests.Budgets;

public sealed class TenantBytesTests
{
    [Fact]
    public void TryGrow_OverTheTenantsBytesInTwoBudgets_IsRefusedUntilSomeAreGivenBack()
    {
        var tenants = new TenantBytes(100);
        var (requests, answers) = (new ByteBudget(1_000, tenants), new ByteBudget(1_000, tenants));
        var (request, answer) = (requests.Open("acme", "1"), answers.Open("acme", "2"));
        Assert.True(request.TryGrow(60));

        Assert.False(answer.TryGrow(41));
        Assert.True(answer.TryGrow(40));
        Assert.True(answers.Open("other", "3").TryGrow(100));

        Assert.Equal((100, 100), (tenants.HeldBy("acme"), tenants.HeldBy("other")));
        Assert.Equal(60, requests.Held);
        request.Dispose();
        Assert.True(answer.TryGrow(60));
        answer.Dispose();
        Assert.Equal(0, tenants.HeldBy("acme"));
    }

    [Fact]
    public void TryGrow_WithoutALimit_IsCountedAlone()
    {
        var tenants = new TenantBytes(null);
        var lease = new ByteBudget(1_000, tenants).Open("acme", "1");

        Assert.True(lease.TryGrow(1_000));
        Assert.False(lease.TryGrow(1));

        Assert.Equal(1_000, tenants.HeldBy("acme"));
    }
}
