using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Gateway.Tests.Rest;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Tests.Choosing;

/// <summary>Answers of ModelService.</summary>
public sealed class ModelServiceTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ListModels_Several_DescribesEachByItsLayout()
    {
        await using var host = await ModelHost.StartAsync(("Cost:pointwise", "2.5"));

        var models = (await host.Host.Models.ListModelsAsync(new(), cancellationToken: Cancel)).Models;

        Assert.Equal(["first", "second", "pointwise"], models.Select(model => model.Id));
        Assert.Equal(models.Select(model => model.Digest).Distinct().Count(), models.Count);
        var (first, pointwise) = (models[0], models[2]);
        Assert.Equal(
            (true, "sam1", ModelState.Serving, ImageResizing.LongestSide, 1.0),
            (first.IsDefault, first.Family, first.State, first.Resizing, first.Cost));
        Assert.Equal(
            new PromptSupport
            {
                Points = true, BackgroundPoints = true, Box = true, Mask = true, MaxPoints = 64, MaskCounts = { 1, 3 },
            },
            first.Prompts);
        Assert.Equal([256u, 64u, 64u], Assert.Single(first.Embedding).Shape);
        Assert.True(first.BrowserDecoding.IsAvailable);
        Assert.Equal(["decode", "image", "mask"], first.BrowserDecoding.Graphs.Select(graph => graph.Name).Order());

        // One of the six points is the padding that the caller adds.
        Assert.Equal(new PromptSupport { Points = true, MaxPoints = 5, MaskCounts = { 1 } }, pointwise.Prompts);
        Assert.False(pointwise.BrowserDecoding.IsAvailable);
        Assert.Contains("only the server runs", pointwise.BrowserDecoding.Reason, StringComparison.Ordinal);
        Assert.Equal(2.5, pointwise.Cost);
    }

    [Fact]
    public async Task GetModel_ByRest_IsTheOneOfTheList()
    {
        await using var host = await ModelHost.StartAsync();
        using var client = host.Host.Client();

        var list = await client.GetAsync("/v1/models", Cancel).ReadAsync<ListModelsResponse>();
        var model = await client.GetAsync("/v1/models/second", Cancel).ReadAsync<Model>();
        var unknown = await client.GetAsync("/v1/models/third", Cancel).FailsAsync(404);

        Assert.Equal(list.Models.Single(one => one.Id == "second"), model);
        Assert.Equal("MODEL_UNKNOWN", unknown.Reason());
        Assert.Contains("first, second, pointwise", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Graphs_OfAModel_AreItsFiles()
    {
        await using var host = await ModelHost.StartAsync();
        using var client = host.Host.Client();

        var own = await client.GetStringAsync("/v1/models/second/graphs/decode", Cancel);
        var first = await client.GetStringAsync("/v1/model/graphs/decode", Cancel);
        var model = await client.GetAsync("/v1/models/third/graphs/decode", Cancel).FailsAsync(404);
        var graph = await client.GetAsync("/v1/models/pointwise/graphs/decode", Cancel).FailsAsync(404);

        Assert.Equal(("second decode", "first decode"), (own, first));
        Assert.Equal("MODEL_UNKNOWN", model.Reason());
        Assert.Contains("it has", graph.Message, StringComparison.Ordinal);
    }
}
