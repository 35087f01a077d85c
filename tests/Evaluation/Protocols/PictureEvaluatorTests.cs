using Segmentation.Evaluation.Data;
using Segmentation.Evaluation.Prompting;
using Segmentation.Evaluation.Protocols;

namespace Segmentation.Evaluation.Tests.Protocols;

public sealed class PictureEvaluatorTests
{
    private static readonly TruePicture _picture = new(
        "a.png", [], [new TrueMask("7", "nucleus", Pixels.Rectangle(40, 40, 10, 10, 10, 10))]);

    [Fact]
    public async Task Evaluate_Clicks_FeedsBackLogitsAndEndsWhereNothingIsWrong()
    {
        using var model = new RectangleModel(40, 40, query => query.Clicks.Count switch
        {
            1 => [Pixels.Rectangle(40, 40, 10, 10, 5, 10), Pixels.Rectangle(40, 40, 10, 10, 8, 10)],
            2 => [Pixels.Rectangle(40, 40, 10, 10, 10, 9)],
            _ => [Pixels.Rectangle(40, 40, 10, 10, 10, 10)],
        });

        var record = Assert.Single(await new PictureEvaluator(model, Settings(EvaluationProtocol.Clicks)).EvaluateAsync(
            _picture, TestContext.Current.CancellationToken));

        Assert.Equal([0.5, 0.9, 1], record.Clicks!.Iou);
        Assert.Equal(0.8, record.Clicks.Oracle);
        Assert.Equal(2, record.Clicks.ClicksUntil(0.85));
        Assert.Equal([new(14, 14, true), new(17, 12, true), new(10, 19, true)], record.Clicks.Clicks);
        Assert.Null(model.Asked[0].Logits);
        Assert.Equal([1f], model.Asked[1].Logits!.Value.ToArray());
        Assert.Equal(3, model.Asked.Count);
    }

    [Fact]
    public async Task Evaluate_BeyondTheNinthClick_GoesOnOnlyBelow90Percent()
    {
        using var good = new RectangleModel(40, 40, _ => [Pixels.Rectangle(40, 40, 10, 10, 10, 9)]);
        using var bad = new RectangleModel(40, 40, _ => [Pixels.Rectangle(40, 40, 10, 10, 10, 5)]);
        var cancel = TestContext.Current.CancellationToken;

        _ = await new PictureEvaluator(good, Settings(EvaluationProtocol.Clicks)).EvaluateAsync(_picture, cancel);
        var record = await new PictureEvaluator(bad, Settings(EvaluationProtocol.Clicks)).EvaluateAsync(_picture, cancel);

        Assert.Equal((9, 20), (good.Asked.Count, bad.Asked.Count));
        Assert.Null(record[0].Clicks!.ClicksUntil(0.85));
    }

    [Fact]
    public async Task Evaluate_Boxes_AreTheMasksBox()
    {
        using var model = new RectangleModel(40, 40, _ => [Pixels.Rectangle(40, 40, 10, 10, 10, 5)]);

        var record = Assert.Single(await new PictureEvaluator(model, Settings(EvaluationProtocol.Box)).EvaluateAsync(
            _picture, TestContext.Current.CancellationToken));

        Assert.Equal(new BoxCorners(10, 10, 20, 20), record.Box!.Box);
        Assert.Equal((0.5, 0.75), (record.Box.Iou, record.Box.PredictedIou));
        Assert.Null(record.Clicks);
    }

    [Fact]
    public async Task Evaluate_MasksOfAnotherSize_NamesBoth()
    {
        using var model = new RectangleModel(41, 40, _ => []);

        var error = await Assert.ThrowsAsync<EvaluationDataException>(() =>
            new PictureEvaluator(model, Settings(EvaluationProtocol.Box)).EvaluateAsync(
                _picture, TestContext.Current.CancellationToken));

        Assert.Contains("a.png is 41 x 40, but its mask 7 is for 40 x 40", error.Message, StringComparison.Ordinal);
    }

    private static ProtocolSettings Settings(EvaluationProtocol protocol) => new([protocol], PointPlacement.Center, 20, 0);
}
