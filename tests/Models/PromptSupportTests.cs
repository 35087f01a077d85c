using Segmentation.Models.Layouts;

namespace Segmentation.Models.Tests;

public sealed class PromptSupportTests
{
    [Fact]
    public void Refusal_ModelOfThisProject_TakesEverything() =>
        Assert.Null(PromptSupport.Refusal(DecoderLayout.Built, new(40, HasBackground: true, HasBox: true, HasMask: true)));

    [Theory]
    [InlineData(1, false, true, false, "takes no boxes")]
    [InlineData(1, false, false, true, "takes no masks as prompts")]
    [InlineData(1, true, false, false, "takes no background points")]
    [InlineData(7, false, false, false, "takes at most 6 points (a box counts as two), and this prompt has 7")]
    [InlineData(6, false, false, false, null)]
    public void Refusal_FeatureThatTheLayoutLacks_IsNamed(
        int points, bool hasBackground, bool hasBox, bool hasMask, string? expected)
    {
        var layout = DecoderLayout.Built with
        {
            Box = BoxPort.None,
            TakesMask = false,
            TakesBackground = false,
            MaxPoints = 6,
            AddsPadding = true,
        };

        Assert.Equal(expected, PromptSupport.Refusal(layout, new(points, hasBackground, hasBox, hasMask)));
    }

    [Theory]
    [InlineData(4, null)]
    [InlineData(5, "takes at most 6 points (a box counts as two), and this prompt has 7")]
    public void Refusal_BoxAmongThePoints_CountsAsTwo(int points, string? expected)
    {
        var layout = DecoderLayout.Built with { MaxPoints = 6, AddsPadding = true };

        Assert.Equal(expected, PromptSupport.Refusal(layout, new(points, false, HasBox: true, false)));
    }
}
