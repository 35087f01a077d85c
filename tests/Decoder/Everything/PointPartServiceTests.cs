using Segmentation.Decoder.Tests.Fakes;
using Segmentation.Embeddings;
using Segmentation.Grains;
using Segmentation.Masks.Everything;

namespace Segmentation.Decoder.Tests.Everything;

public sealed class PointPartServiceTests
{
    private const int Timeout = 30_000;

    [Fact(Timeout = Timeout)]
    public async Task SearchAsync_Points_AllAreAskedInOrderAFewAtATime()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var silo = new TestSilo(isHeld: false);

        var reply = await silo.Search.SearchAsync(silo.Store.Add(1), Request(3, 5, 6, 8, 9), cancel);

        Assert.Equal(DecodeStatus.Ok, reply.Status);
        Assert.Equal(["prepare 100", "find 3,5", "find 6,8", "find 9"], silo.Engine.Runs);
        Assert.Equal([3, 5, 6, 8, 9], reply.Candidates.Select(candidate => candidate.Point));
        Assert.Equal([1003, 1005, 1006, 1008, 1009], reply.Explained);
        var mask = reply.Candidates[0];
        Assert.Equal((1, 0.9f, 0.8f), (mask.Token, mask.PredictedIou, mask.StabilityScore));
        Assert.Equal((99, 9, 1, 1), (mask.BoxX, mask.BoxY, mask.BoxWidth, mask.BoxHeight));
        Assert.NotEmpty(mask.Counts);
    }

    [Fact(Timeout = Timeout)]
    public async Task SearchAsync_SomebodyClicks_ComesBeforeTheOtherPoints()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var silo = new TestSilo();
        var key = silo.Store.Add(1);
        var search = silo.Search.SearchAsync(key, Request(0, 1, 2, 3, 4, 5), cancel);
        await BeginsAsync(silo, "prepare 100");
        silo.Engine.Let(1);
        await BeginsAsync(silo, "find 0,1,2");

        var click = silo.Decoder.DecodeAsync(key, new() { Prompts = [Click()] }, cancel);
        silo.Engine.Let(1);

        await BeginsAsync(silo, "segment 7");
        silo.Engine.Let(6);
        Assert.Equal(DecodeStatus.Ok, (await click).Status);
        Assert.Equal(6, (await search).Candidates.Length);
    }

    [Fact(Timeout = Timeout)]
    public async Task SearchAsync_Cancelled_EndsWhatRunsAndBeginsNothing()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var silo = new TestSilo();
        using var source = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var search = silo.Search.SearchAsync(silo.Store.Add(1), Request(0, 1, 2, 3), source.Token);
        await BeginsAsync(silo, "prepare 100");
        silo.Engine.Let(1);
        await BeginsAsync(silo, "find 0,1");

        await source.CancelAsync();

        Assert.Equal("find 0,1", await silo.Engine.NextCancelledAsync());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => search);
        Assert.Equal(["prepare 100", "find 0,1"], silo.Engine.Runs);
    }

    [Fact(Timeout = Timeout)]
    public async Task SearchAsync_NoEmbedding_SaysSo()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var silo = new TestSilo(isHeld: false);

        var unknown = await silo.Search.SearchAsync(FakeStore.Key(5), Request(0), cancel);
        var otherModel = EmbeddingKey.Create("default", new("other", new string('b', 64), "v1"), new string('1', 64));

        Assert.Equal(DecodeStatus.ImageNotFound, unknown.Status);
        Assert.Equal(
            DecodeStatus.ImageNotFound, (await silo.Search.SearchAsync(otherModel, Request(0), cancel)).Status);
    }

    private static async Task BeginsAsync(TestSilo silo, string run) => Assert.Equal(run, await silo.Engine.NextAsync());

    private static PromptData Click() => new() { Points = [new PointData(7, 2, true)] };

    internal static PointsRequest Request(params int[] points) => new()
    {
        Plan = PlanData.Of(new EverythingPlan(100, 10, new() { PointsPerSide = 4 })) with { Id = "plan" },
        Crop = 0,
        Points = points,
    };
}
