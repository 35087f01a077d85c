using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Segmentation.Decoder.Configuration;
using Segmentation.Decoder.Masks;
using Segmentation.Decoder.Telemetry;
using Segmentation.Decoder.Tests.Fakes;

namespace Segmentation.Decoder.Tests.Masks;

public sealed class MaskLogitsTests : IDisposable
{
    private const long One = 256 * 256 * sizeof(float);
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public void Dispose() => _services.Dispose();

    [Fact]
    public void TryGet_OtherImageOrTenant_FindsNothing()
    {
        var logits = Logits(10 * One);
        logits.Put(FakeStore.Key(1), "a", new float[256 * 256]);

        Assert.True(logits.TryGet(FakeStore.Key(1), "a", out _));
        Assert.False(logits.TryGet(FakeStore.Key(2), "a", out _));
        Assert.False(logits.TryGet(FakeStore.Key(1, "other"), "a", out _));
    }

    [Fact]
    public void Put_Full_GivesUpTheLeastRecentlyUsed()
    {
        var logits = Logits(2 * One);
        logits.Put(FakeStore.Key(1), "a", new float[256 * 256]);
        logits.Put(FakeStore.Key(1), "b", new float[256 * 256]);
        Assert.True(logits.TryGet(FakeStore.Key(1), "a", out _));
        logits.Put(FakeStore.Key(2), "c", new float[256 * 256]);

        Assert.True(logits.TryGet(FakeStore.Key(1), "a", out _));
        Assert.False(logits.TryGet(FakeStore.Key(1), "b", out _));
        Assert.Equal(2 * One, logits.SizeBytes);
    }

    [Fact]
    public void Put_ManyOfAnotherTenant_LeavesTheFewOfThisOne()
    {
        var logits = Logits(4 * One);
        logits.Put(FakeStore.Key(1, "few"), "a", new float[256 * 256]);
        for (var i = 0; i < 18; i++)
        {
            logits.Put(FakeStore.Key(2, "many"), $"{i}", new float[256 * 256]);
        }

        Assert.True(logits.TryGet(FakeStore.Key(1, "few"), "a", out _));
        Assert.True(logits.TryGet(FakeStore.Key(2, "many"), "15", out _));
        Assert.False(logits.TryGet(FakeStore.Key(2, "many"), "14", out _));
    }

    [Fact]
    public void Put_NoCapacity_HoldsNothing()
    {
        var logits = Logits(0);
        logits.Put(FakeStore.Key(1), "a", new float[256 * 256]);
        Assert.False(logits.TryGet(FakeStore.Key(1), "a", out _));
        logits.Forget(FakeStore.Key(1));
    }

    [Fact]
    public void Forget_AnImage_LeavesTheOthers()
    {
        var logits = Logits(10 * One);
        logits.Put(FakeStore.Key(1), "a", new float[256 * 256]);
        logits.Put(FakeStore.Key(1), "b", new float[256 * 256]);
        logits.Put(FakeStore.Key(1), "a", new float[256 * 256]);
        logits.Put(FakeStore.Key(2), "a", new float[256 * 256]);

        logits.Forget(FakeStore.Key(1));

        Assert.False(logits.TryGet(FakeStore.Key(1), "a", out _));
        Assert.False(logits.TryGet(FakeStore.Key(1), "b", out _));
        Assert.True(logits.TryGet(FakeStore.Key(2), "a", out _));
        Assert.Equal(One, logits.SizeBytes);
    }

    private MaskLogits Logits(long capacity) => new(
        Options.Create(new DecoderOptions { MaskLogitBytes = capacity }),
        new DecoderMetrics(_services.GetRequiredService<IMeterFactory>()));
}
