using Segmentation.Decoder.Scheduling;
using Segmentation.Embeddings;
using Segmentation.Grains;
using Segmentation.Masks;

namespace Segmentation.Decoder.Tests.Scheduling;

public sealed class PromptCostTests
{
    private const MaskForms Everything = MaskForms.Png | MaskForms.Polygons | MaskForms.Logits;

    [Theory]
    [InlineData(1, 12, MaskForms.None, false)]
    [InlineData(1, 8, Everything, false)]
    [InlineData(6, 12, MaskForms.None, false)]
    [InlineData(1, 100, MaskForms.None, false)]
    [InlineData(1, 100, MaskForms.Png, true)]
    [InlineData(1, 100, MaskForms.Polygons, true)]
    [InlineData(64, 1, MaskForms.None, true)]
    public void Of_APrompt_IsLongWhereOthersWouldFeelIt(int points, int megapixels, MaskForms forms, bool isLong)
    {
        var prompt = new PromptData { Points = [.. Enumerable.Repeat(new PointData(1, 1, true), points)] };
        var image = new EmbeddingInfo(megapixels * 1000, 1000, 1, "image/png");
        var cost = PromptCost.Of(prompt, new() { Prompts = [prompt], Forms = forms }, image);
        Assert.Equal(isLong, cost > PromptCost.LongestUrgent);
        Assert.InRange(cost, 1, 10);
    }
}
