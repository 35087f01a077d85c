using System.Runtime.InteropServices;
using Segmentation.Masks;
using Segmentation.Sam.Decoding;
using Segmentation.Sam.Prompts;

namespace Segmentation.Sam.Tests.Parity;

/// <summary>
/// The whole way from a photograph to a mask against segment-anything's own predictor over the same weights
/// (Data/golden/predictor.json): 14 prompts, three masks, one mask, and one refined by a mask prompt.
/// </summary>
public sealed class PredictorParityTests(DefaultModel model) : IClassFixture<DefaultModel>
{
    private const double LeastIoU = 0.99;
    private const double MostIouDifference = 0.005;

    public static IEnumerable<TheoryDataRow<int>> CaseNumbers => Enumerable.Range(0, 42).Select(i => new TheoryDataRow<int>(i));

    [Fact]
    public void Cases_AreAll42() => Assert.Equal(42, model.Cases.Count);

    [Theory]
    [MemberData(nameof(CaseNumbers))]
    public void Segment_GoldenPrompt_EqualsReference(int number)
    {
        var golden = model.Cases[number];
        var prepared = model.Prepare(golden.Image);
        var prompt = golden.ToPrompt();
        if (golden.MaskInput is not null)
        {
            prompt = prompt with { MaskLogits = Segment(prepared, prompt, MaskCount.Three, MaskForms.Logits)[0].Logits };
        }

        var masks = Segment(prepared, prompt, golden.Multimask ? MaskCount.Three : MaskCount.One, MaskForms.None);

        Assert.Equal(golden.Masks.Length, masks.Count);
        Assert.Equal(masks.OrderByDescending(m => m.PredictedIou), masks);
        foreach (var mask in masks)
        {
            var index = golden.Multimask ? mask.Token - 1 : 0;
            var reference = golden.ToRunLengths(index);
            // The reference answers one of the refinements with an empty mask; so do we then.
            var iou = reference.Area + mask.Area == 0 ? 1 : mask.RunLengths.IoU(reference);
            var difference = Math.Abs(mask.PredictedIou - golden.Masks[index].PredictedIou);
            Assert.True(iou >= LeastIoU, $"{golden.Image} token {mask.Token}: IoU {iou:0.0000}, area {mask.Area}");
            Assert.True(difference <= MostIouDifference, $"{golden.Image} token {mask.Token}: predicted IoU off by {difference}");
            Assert.Equal(mask.RunLengths.Area, mask.Area);
            Assert.InRange(mask.StabilityScore, 0, 1);
        }
    }

    [Fact]
    public void Segment_CoffeeClick_GivesTheReferenceLogits()
    {
        var expected = MemoryMarshal.Cast<byte, float>(
            File.ReadAllBytes(TestData.Path("golden", "coffee-300x200-lowres-3x256x256.f32")));
        var prompt = new Prompt { Points = [new(300, 200, PointLabel.Foreground)] };

        var masks = Segment(model.Prepare("coffee.png"), prompt, MaskCount.Three, MaskForms.Logits);

        foreach (var mask in masks)
        {
            var reference = expected.Slice((mask.Token - 1) * 65536, 65536);
            var largest = 0f;
            for (var i = 0; i < reference.Length; i++)
            {
                largest = Math.Max(largest, Math.Abs(reference[i] - mask.Logits![i]));
            }

            Assert.True(largest <= 0.05, $"token {mask.Token}: logits off by {largest}");
        }
    }

    [Fact]
    public void Segment_SeveralBoxes_AnswersEachAsIfAlone()
    {
        var prepared = model.Prepare("coins.png");
        Prompt[] boxes =
        [
            new() { Box = new(20, 20, 80, 80) },
            new() { Box = new(90, 30, 150, 100) },
            new() { Box = new(200, 100, 280, 180) },
        ];
        var workspace = model.Segmenter.CreateWorkspace();

        var together = model.Segmenter.Segment(prepared, boxes, SegmentOptions.Default, workspace, CancellationToken.None);

        Assert.Equal(3, together.Count);
        for (var i = 0; i < boxes.Length; i++)
        {
            var alone = Assert.Single(Segment(prepared, boxes[i], MaskCount.Auto, MaskForms.None));
            var mask = Assert.Single(together[i]);
            Assert.True(alone.RunLengths.IoU(mask.RunLengths) > 0.999);
            Assert.Equal(alone.PredictedIou, mask.PredictedIou, 1e-4);
        }
    }

    [Fact]
    public void Segment_MixedPrompts_KeepsTheirOrder()
    {
        var prepared = model.Prepare("chelsea.png");
        var logits = Segment(prepared, Click(220, 150), MaskCount.One, MaskForms.Logits)[0].Logits;
        Prompt[] prompts =
        [
            Click(220, 150),
            new() { Box = new(100, 30, 350, 280) },
            new() { MaskLogits = logits },
            new() { Points = [new(220, 150, PointLabel.Foreground), new(20, 20, PointLabel.Background)] },
            Click(120, 80),
        ];
        var workspace = model.Segmenter.CreateWorkspace();

        var results = model.Segmenter.Segment(prepared, prompts, SegmentOptions.Default, workspace, CancellationToken.None);

        Assert.Equal([3, 1, 1, 1, 3], results.Select(r => r.Count));
        for (var i = 0; i < prompts.Length; i++)
        {
            var alone = Segment(prepared, prompts[i], MaskCount.Auto, MaskForms.None);
            Assert.True(alone[0].RunLengths.IoU(results[i][0].RunLengths) > 0.999, $"prompt {i}");
        }
    }

    [Fact]
    public void Segment_MaskAlone_DependsOnTheMask()
    {
        var prepared = model.Prepare("coffee.png");
        var masks = Segment(prepared, Click(300, 200), MaskCount.Three, MaskForms.Logits);

        var answers = masks.Select(m => Assert.Single(
            Segment(prepared, new Prompt { MaskLogits = m.Logits }, MaskCount.Auto, MaskForms.None))).ToList();

        Assert.Equal(3, answers.DistinctBy(m => m.RunLengths).Count());
        Assert.All(answers, m => Assert.InRange(m.PredictedIou, 0, 1));
    }

    [Fact]
    public void Segment_ImageOnlyPartOfTheSquare_EqualsTheWholeSquare()
    {
        foreach (var image in new[] { "coffee.png", "rocket.jpg", "chelsea.png" })
        {
            var prepared = model.Prepare(image);
            var cropped = Segment(prepared, Click(150, 150), MaskCount.Three, MaskForms.None);
            var whole = Segment(prepared, Click(150, 150), MaskCount.Three, MaskForms.Logits);

            Assert.All(cropped.Zip(whole), pair => Assert.True(pair.First.RunLengths.IoU(pair.Second.RunLengths) > 0.9995));
        }
    }

    [Fact]
    public void Segment_AfterAnotherImageWithAMask_IsNotTouchedByIt()
    {
        var workspace = model.Segmenter.CreateWorkspace();
        var coffee = model.Prepare("coffee.png");
        var portrait = model.Prepare("rocket.jpg");
        var before = model.Segmenter.Segment(portrait, [Click(320, 200)], SegmentOptions.Default, workspace, CancellationToken.None);
        var logits = Segment(coffee, Click(300, 200), MaskCount.One, MaskForms.Logits)[0].Logits;
        model.Segmenter.Segment(coffee, [new Prompt { MaskLogits = logits }], SegmentOptions.Default, workspace, CancellationToken.None);

        var after = model.Segmenter.Segment(portrait, [Click(320, 200)], SegmentOptions.Default, workspace, CancellationToken.None);

        Assert.All(before[0].Zip(after[0]), pair => Assert.Equal(pair.First.RunLengths, pair.Second.RunLengths));
    }

    [Fact]
    public void Segment_SixteenBitEmbedding_KeepsTheMasks()
    {
        var (geometry, values) = model.Embedding("coffee.png");
        var rounded = Array.ConvertAll(values, v => (float)(Half)v);

        var stored = Segment(model.Segmenter.Prepare(rounded, geometry, CancellationToken.None), Click(300, 200), MaskCount.Three, MaskForms.None);
        var exact = Segment(model.Prepare("coffee.png"), Click(300, 200), MaskCount.Three, MaskForms.None);

        Assert.True(stored.Zip(exact, (a, b) => a.RunLengths.IoU(b.RunLengths)).Average() >= 0.999);
    }

    [Fact]
    public void Segment_Cancelled_Throws()
    {
        var workspace = model.Segmenter.CreateWorkspace();

        Assert.ThrowsAny<OperationCanceledException>(() => model.Segmenter.Segment(
            model.Prepare("coffee.png"), [Click(1, 1)], SegmentOptions.Default, workspace, new CancellationToken(true)));
    }

    [Fact]
    public void PreparedImage_HeldInMemory_IsAtMostTwelveMegabytes() =>
        Assert.InRange(model.Prepare("coffee.png").SizeBytes, 1, 12_000_000);

    private static Prompt Click(float x, float y) => new() { Points = [new(x, y, PointLabel.Foreground)] };

    private IReadOnlyList<SegmentedMask> Segment(PreparedImage image, Prompt prompt, MaskCount count, MaskForms forms) =>
        model.Segmenter.Segment(
            image,
            [prompt],
            new SegmentOptions { MaskCount = count, Forms = forms },
            model.Segmenter.CreateWorkspace(),
            CancellationToken.None)[0];
}
