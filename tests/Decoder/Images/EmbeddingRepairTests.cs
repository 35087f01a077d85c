using Microsoft.Extensions.Logging.Abstractions;
using Segmentation.Common;
using Segmentation.Decoder.Images;
using Segmentation.Decoder.Tests.Fakes;

namespace Segmentation.Decoder.Tests.Images;

public sealed class EmbeddingRepairTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Keep_StoreLostAnImageInUse_ItIsThereAgain()
    {
        await using var silo = new TestSilo(isHeld: false);
        using var keeper = Keeper(silo);
        var (lost, kept) = (silo.Store.Add(1), silo.Store.Add(2));
        await silo.Images.GetAsync(lost, Lane.Interactive, Cancel);
        await silo.Images.GetAsync(kept, Lane.Interactive, Cancel);
        await silo.Store.RemoveAsync(lost, Cancel);

        Assert.Equal(1, await keeper.KeepAsync(Cancel));

        Assert.NotNull(await silo.Store.GetInfoAsync(lost, Cancel));
        Assert.Equal(0, await keeper.KeepAsync(Cancel));
    }

    [Fact]
    public async Task Keep_ImageWasDeleted_DoesNotComeBack()
    {
        await using var silo = new TestSilo(isHeld: false);
        using var keeper = Keeper(silo);
        var key = silo.Store.Add(1);
        await silo.Images.GetAsync(key, Lane.Interactive, Cancel);
        await silo.Store.RemoveAsync(key, Cancel);
        silo.Store.BeforePut = () => silo.Images.Forget(key);

        Assert.Equal(0, await keeper.KeepAsync(Cancel));

        Assert.Null(await silo.Store.GetInfoAsync(key, Cancel));
    }

    [Fact]
    public async Task Keep_StoreIsAway_NothingIsWrittenAndNothingFails()
    {
        await using var silo = new TestSilo(isHeld: false);
        using var keeper = Keeper(silo);
        var key = silo.Store.Add(1);
        await silo.Images.GetAsync(key, Lane.Interactive, Cancel);
        await silo.Store.RemoveAsync(key, Cancel);
        silo.Store.TakesNothing = true;

        Assert.Equal(0, await keeper.KeepAsync(Cancel));
    }

    private static EmbeddingRepair Keeper(TestSilo silo) =>
        new(silo.Images, silo.Store, silo.Scheduler, silo.Time, NullLogger<EmbeddingRepair>.Instance);
}
