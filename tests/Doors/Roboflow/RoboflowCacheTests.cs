using Segmentation.Doors.Roboflow;
using Segmentation.Protocol.V1;

namespace Segmentation.Doors.Tests.Roboflow;

public sealed class RoboflowCacheTests
{
    private readonly RoboflowCache _cache = new(new RoboflowOptions { CacheBytes = 2 << 20 }, TimeProvider.System);

    [Fact]
    public void FindEarlier_SeveralPrompts_IsTheOneWithMostPointsOfTheSameBox()
    {
        Keep("anna", "image", 1, PromptOf(1));
        Keep("anna", "image", 2, PromptOf(1, 2));
        Keep("anna", "image", 3, PromptOf(1, 9));
        var boxed = PromptOf(1, 2, 3);
        boxed.Box = new Box { XMax = 1, YMax = 1 };
        Keep("anna", "image", 4, boxed);

        Assert.Equal(2, Find("anna", "image", PromptOf(3, 2, 1)));
        Assert.Equal(1, Find("anna", "image", PromptOf(1, 3)));
        Assert.Null(Find("anna", "image", PromptOf(2, 3)));
    }

    /// <summary>A mask is no help to the prompt that it came from.</summary>
    [Fact]
    public void FindEarlier_TheSamePrompt_IsNone()
    {
        Keep("anna", "image", 1, PromptOf(1));

        Assert.Null(Find("anna", "image", PromptOf(1)));
    }

    [Fact]
    public void Find_OfAnotherTenantImageOrModel_IsNone()
    {
        Keep("anna", "image", 1, PromptOf(1));
        _cache.KeepImage("anna", "mine", "sha256:1");

        Assert.Equal(1, Find("anna", "image", PromptOf(1, 2)));
        Assert.Null(Find("bert", "image", PromptOf(1, 2)));
        Assert.Null(Find("anna", "other", PromptOf(1, 2)));
        Assert.Null(_cache.FindEarlier("anna", "other", "image", PromptOf(1, 2)));
        Assert.Equal("sha256:1", _cache.FindImage("anna", "mine"));
        Assert.Null(_cache.FindImage("bert", "mine"));
    }

    /// <summary>One tenant with many masks leaves another its few.</summary>
    [Fact]
    public void Keep_OverTheBound_TakesFromWhoHasMost()
    {
        Keep("bert", "image", 1, PromptOf(1));
        for (var i = 0; i < 10; i++)
        {
            Keep("anna", $"image {i}", (byte)i, PromptOf(1));
        }

        Assert.Equal(1, Find("bert", "image", PromptOf(1, 2)));
        Assert.Null(Find("anna", "image 0", PromptOf(1, 2)));
        Assert.Equal(9, Find("anna", "image 9", PromptOf(1, 2)));
    }

    private static Prompt PromptOf(params float[] points) =>
        new() { Points = { points.Select(at => new Point { X = at, Y = at, Label = PointLabel.Foreground }) } };

    private void Keep(string tenant, string image, byte value, Prompt prompt)
    {
        var logits = new byte[256 * 256 * 4];
        logits[0] = value;
        _cache.KeepLogits(tenant, "model", image, prompt, logits);
    }

    private int? Find(string tenant, string image, Prompt prompt) =>
        _cache.FindEarlier(tenant, "model", image, prompt)?[0];
}
