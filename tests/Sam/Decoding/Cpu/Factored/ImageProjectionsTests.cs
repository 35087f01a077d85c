using Segmentation.Masks;
using Segmentation.Models;
using Segmentation.Sam.Decoding;
using Segmentation.Sam.Prompts;
using Segmentation.Tests.Shared;

namespace Segmentation.Sam.Tests.Decoding.Cpu.Factored;

/// <summary>Masks with image projections against those without, of the real model.</summary>
public sealed class ImageProjectionsTests(DefaultModel model) : IClassFixture<DefaultModel>
{
    private const int Most = 6;

    // Of logits that reach 300.
    private const float Tolerance = 5e-3f;
    private static readonly SegmentOptions _three = new() { MaskCount = MaskCount.Three, Forms = MaskForms.Logits };

    [Theory]
    [InlineData("coffee.png", MaskForms.None)]
    [InlineData("coffee.png", MaskForms.Logits)]
    [InlineData("rocket.jpg", MaskForms.None)]
    [InlineData("seeding.jpg", MaskForms.None)]
    public void Segment_UseImageProjections_TheSameMasksButForRounding(string image, MaskForms forms)
    {
        var prepared = model.Prepare(image);
        var options = _three with { Forms = forms };
        Prompt[] prompts = [.. Enumerable.Range(0, 24).Select(i => MakePrompt(prepared, 1 + i % (Most + 1), i))];

        var plain = Segment(prepared, options, prompts);
        var factored = Segment(prepared, options with { UseImageProjections = true }, prompts);

        for (var i = 0; i < prompts.Length; i++)
        {
            foreach (var (a, b) in plain[i].OrderBy(m => m.Token).Zip(factored[i].OrderBy(m => m.Token)))
            {
                Assert.Equal(a.PredictedIou, b.PredictedIou, 1e-4f);
                Assert.InRange(a.RunLengths.IoU(b.RunLengths), 0.999, 1);
                Assert.Equal(a.Logits is null, b.Logits is null);
                for (var j = 0; j < a.Logits?.Length; j++)
                {
                    Assert.InRange(b.Logits![j] - a.Logits[j], -Tolerance, Tolerance);
                }
            }
        }
    }

    [Fact]
    public void Segment_UseImageProjections_TheSameBitsEveryTimeAndAlone()
    {
        var prepared = model.Prepare("coffee.png");
        var options = _three with { UseImageProjections = true };
        Prompt[] prompts = [.. Enumerable.Range(0, 5).Select(i => MakePrompt(prepared, 1, i))];
        var together = Segment(prepared, options, prompts);

        // Projections of other images take the place of this one's.
        for (var i = 0; i <= ImageProjectionCache.Capacity; i++)
        {
            Segment(model.Prepare("rocket.jpg"), options, prompts[..1]);
        }

        for (var i = 0; i < prompts.Length; i++)
        {
            AssertSameBits(together[i], Segment(prepared, options, prompts[i])[0]);
        }
    }

    [Fact]
    public void Segment_PromptsThatAreNotFactored_TheSameBits()
    {
        var prepared = model.Prepare("coffee.png");
        var many = MakePrompt(prepared, Most + 1, 3);
        var masked = MakePrompt(prepared, 1, 4) with { MaskLogits = new float[256 * 256] };
        foreach (var prompt in new[] { many, masked })
        {
            AssertSameBits(
                Segment(prepared, _three, prompt)[0],
                Segment(prepared, _three with { UseImageProjections = true }, prompt)[0]);
        }
    }

    [Fact]
    public void Prepare_PrecomputesProjections_ClicksUseThemAlways()
    {
        var found = ModelCatalog.Default.Open();
        using var segmenter = new Segmenter(found, new() { IntraOpThreads = 1 })
        {
            PrecomputesProjections = true,
        };
        var (geometry, values) = model.Embedding("coffee.png");
        var with = segmenter.Prepare(values, geometry, CancellationToken.None);
        var without = model.Prepare("coffee.png");
        var prompt = MakePrompt(with, 2, 7);

        AssertSameBits(
            Segment(without, _three with { UseImageProjections = true }, prompt)[0], Segment(with, _three, prompt)[0]);
        Assert.InRange(with.SizeBytes - without.SizeBytes, 21_000_000, 21_500_000);
    }

    [Fact]
    public void Segment_UseImageProjections_AllocatesTheAnswer()
    {
        var prepared = model.Prepare("coffee.png");
        var options = new SegmentOptions { MaskCount = MaskCount.Three, UseImageProjections = true };
        var workspace = model.Segmenter.CreateWorkspace(lendsMasks: true);
        Prompt[] prompts = [MakePrompt(prepared, 1, 1)];

        var bytes = Allocated.Least(
            10, () => model.Segmenter.Segment(prepared, prompts, options, workspace, CancellationToken.None));

        Assert.InRange(bytes, 0, 12_000);
    }

    private static Prompt MakePrompt(PreparedImage image, int points, int seed)
    {
        var random = new Random(seed);
        return new()
        {
            Points =
            [
                .. Enumerable.Range(0, points).Select(i => new PointPrompt(
                    random.Next(image.Geometry.Width),
                    random.Next(image.Geometry.Height),
                    i % 3 == 2 ? PointLabel.Background : PointLabel.Foreground)),
            ],
        };
    }

    private IReadOnlyList<IReadOnlyList<SegmentedMask>> Segment(
        PreparedImage image, SegmentOptions options, params Prompt[] prompts) => model.Segmenter.Segment(
            image, prompts, options, model.Segmenter.CreateWorkspace(), CancellationToken.None);

    private static void AssertSameBits(IReadOnlyList<SegmentedMask> expected, IReadOnlyList<SegmentedMask> actual)
    {
        Assert.Equal(expected.Select(m => (m.Token, m.PredictedIou)), actual.Select(m => (m.Token, m.PredictedIou)));
        foreach (var (a, b) in expected.Zip(actual))
        {
            Assert.True(a.Logits.AsSpan().SequenceEqual(b.Logits));
            Assert.Equal(a.RunLengths.ToCocoString(), b.RunLengths.ToCocoString());
        }
    }
}
