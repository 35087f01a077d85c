using Google.Protobuf;
using Grpc.Core;
using Segmentation.Gateway.Tests.Everything;
using Segmentation.Gateway.Tests.Fakes;

namespace Segmentation.Gateway.Tests.Quotas;

/// <summary>Charging of searches for everything: their points, crops and image at once, before any is decoded.</summary>
public sealed class EverythingQuotaTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Search_OverTheQuota_IsRefusedBeforeItIsDecoded()
    {
        await using var quotas = await QuotaHost.StartAsync();
        await quotas.SegmentAsync(3, isInline: true);

        var status = await Requests.FailsAsync(
            StatusCode.ResourceExhausted, () => quotas.Host.SearchAsync(Searching.Request(), Cancel));

        var wait = QuotaHost.CheckRefusal(status);
        Assert.Empty(quotas.Host.Grain.Searches);
        quotas.Pass(wait);
        Assert.NotEmpty(Searching.Masks(await quotas.Host.SearchAsync(Searching.Request(), Cancel)));

        // 64 points of a sixteenth.
        Assert.Equal(4 + 3 + 4, await quotas.UsedAsync());
    }

    [Fact]
    public async Task Search_WithTheImage_IsChargedAsOne()
    {
        await using var quotas = await QuotaHost.StartAsync();
        await quotas.Host.SearchAsync(Searching.Request(), Cancel);

        Assert.Equal(4 + 4, await quotas.UsedAsync());
    }

    [Fact]
    public async Task Search_ThatIsJoined_IsChargedOnce()
    {
        await using var quotas = await QuotaHost.StartAsync();
        var held = new HeldSearches(quotas.Host.Grain);
        var first = quotas.Host.SearchAsync(Searching.Request(), Cancel);
        await held.ArriveAsync(1);
        using var second = quotas.Host.Segmentation.SegmentEverything(Searching.Request(), cancellationToken: Cancel);
        Assert.True(await second.ResponseStream.MoveNext(Cancel));
        held.LetAll();

        await first;
        await second.ResponseStream.ReadAllAsync(Cancel).ToListAsync(Cancel);

        Assert.Equal(4 + 4, await quotas.UsedAsync());
    }

    [Fact]
    public async Task Search_ThatIsLeft_CostsWhatWasDecoded()
    {
        await using var quotas = await QuotaHost.StartAsync();
        var held = new HeldSearches(quotas.Host.Grain);
        using var call = quotas.Host.Segmentation.SegmentEverything(Searching.Request(), cancellationToken: Cancel);
        await held.ArriveAsync(1);
        call.Dispose();
        await held.AreCancelledAsync(1);

        // The search's end, which nobody waits for, gives back.
        while (await quotas.UsedAsync() > 4)
        {
            await Task.Yield();
        }

        Assert.Equal(4, await quotas.UsedAsync());
    }

    [Fact]
    public async Task Search_WithCrops_CostsThoseThatAreEncoded()
    {
        await using var quotas = await QuotaHost.StartAsync(("Segmentation:Quotas:Burst", "160"));
        var request = Searching.Request();
        request.Options.CropNLayers = 1;

        await quotas.Host.SearchAsync(request, Cancel);
        var first = await quotas.UsedAsync();
        quotas.Pass(TimeSpan.FromMinutes(2));
        await quotas.Host.SearchAsync(request, Cancel);
        var both = await quotas.UsedAsync();

        // An image, five times 64 points, four crops; then the points alone.
        Assert.Equal(4 + 20 + 8, first);
        Assert.Equal(first + 20, both);
    }

    [Fact]
    public async Task Search_OverTheTenantsBound_IsTold()
    {
        await using var quotas = await QuotaHost.StartAsync(("Segmentation:Everything:MaxOpenPerTenant", "1"));
        var held = new HeldSearches(quotas.Host.Grain);
        using var call = quotas.Host.Segmentation.SegmentEverything(Searching.Request(), cancellationToken: Cancel);
        await held.ArriveAsync(1);
        var other = Searching.Request();
        other.ImageData = ByteString.CopyFrom(Requests.OtherFile);

        var status = await Requests.FailsAsync(
            StatusCode.ResourceExhausted, () => quotas.Host.SearchAsync(other, Cancel));

        Assert.Equal("TOO_MANY_SEARCHES", status.Reason());
        var searches = (await quotas.UsageAsync()).Searches;
        Assert.Equal((1ul, 1ul), (searches.Used, searches.Limit));
        held.LetAll();
        await call.ResponseStream.ReadAllAsync(Cancel).ToListAsync(Cancel);
    }
}
