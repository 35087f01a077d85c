using Segmentation.Evaluation.Prompting;

namespace Segmentation.Evaluation.Tests.Prompting;

public sealed class ClickSamplerTests
{
    private readonly SeededRandom _random = new(3, "picture", 0);

    [Fact]
    public void Next_NoAnswerYet_IsTheObjectsCentre() => Assert.Equal(
        new SimulatedClick(4, 4, true),
        ClickSampler.Next(Pixels.Rectangle(20, 20, 2, 2, 5, 5), null, [], PointPlacement.Center, _random));

    [Fact]
    public void Next_MoreTakenThanMissed_IsOutsideOfTheObject() => Assert.Equal(
        new SimulatedClick(9, 4, false),
        ClickSampler.Next(
            Pixels.Rectangle(20, 20, 2, 2, 5, 5), Pixels.Rectangle(20, 20, 2, 2, 10, 5), [], PointPlacement.Center, _random));

    [Fact]
    public void Next_AnswerIsTheObject_IsNone()
    {
        var mask = Pixels.Rectangle(20, 20, 2, 2, 5, 5);

        Assert.Null(ClickSampler.Next(mask, mask, [], PointPlacement.Center, _random));
        Assert.Null(ClickSampler.Next(mask, mask, [], PointPlacement.Random, _random));
    }

    [Fact]
    public void Next_PixelHasAClick_IsAnother()
    {
        var mask = Pixels.Mask("...", ".#.", "...");

        Assert.Null(ClickSampler.Next(mask, null, [new(1, 1, true)], PointPlacement.Center, _random));
    }

    [Fact]
    public void Next_AtRandom_ReachesAllWrongPixelsAndNoOther()
    {
        var (truth, answer) = (Pixels.Rectangle(6, 6, 1, 1, 3, 3), Pixels.Rectangle(6, 6, 2, 1, 3, 3));

        var clicks = Enumerable.Range(0, 400)
            .Select(_ => ClickSampler.Next(truth, answer, [], PointPlacement.Random, _random)!.Value).ToHashSet();

        Assert.Equal(
            [(1, 1, true), (1, 2, true), (1, 3, true), (4, 1, false), (4, 2, false), (4, 3, false)],
            clicks.Select(click => (click.X, click.Y, click.IsForeground)).Order());
    }
}
