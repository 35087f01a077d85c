using Segmentation.Masks.Geometry;
using Segmentation.Sam.Prompts;

namespace Segmentation.Sam.Tests.Decoding.Cpu.Factored;

/// <summary>Factored image tokens against dense ones and the float64 reference, at every vector width.</summary>
public sealed class FactoredImageSideTests(SmallDecoder decoder) : IClassFixture<SmallDecoder>
{
    private const double Tolerance = 2e-4;
    private static readonly ImageGeometry _square = new(1024, 1024);
    private static readonly string[] _widths = ["512", "256", "128"];

    [Theory]
    [InlineData(1, false, false)]
    [InlineData(2, false, false)]
    [InlineData(0, true, false)]
    [InlineData(1, true, true)]
    [InlineData(6, false, false)]
    [InlineData(7, false, false)]
    [InlineData(9, true, false)]
    public void Decode_ImageProjections_EqualsTheReferenceInDouble(int points, bool hasBox, bool hasMask)
    {
        var prompt = SmallDecoder.MakePrompt(points, hasBox, hasMask, seed: points);
        var (logits, scores, _) = decoder.Reference(_square, prompt);
        foreach (var name in _widths)
        {
            var ours = decoder.Decode(name, _square, [prompt], [0, 1, 2, 3], wholeSquare: false, hasProjections: true);
            Close.Assert<double>(name, logits, ours.Logits, Tolerance);
            Close.Assert<double>(name, scores, ours.Scores, Tolerance);
        }
    }

    [Theory]
    [InlineData(1024, 1024, 1, false)]
    [InlineData(3000, 2000, 1, false)]
    [InlineData(500, 901, 2, true)]
    [InlineData(640, 40, 5, false)]
    [InlineData(40, 640, 6, false)]
    public void Decode_ImageProjections_EqualsDenseTokens(int width, int height, int points, bool hasMask)
    {
        var geometry = new ImageGeometry(width, height);
        var prompt = SmallDecoder.MakePrompt(points, hasBox: false, hasMask, seed: width);
        foreach (var name in _widths)
        {
            foreach (var (masks, isWhole) in new (long[], bool)[] { ([0], true), ([3, 1], false), ([1, 2, 3], false) })
            {
                var plain = decoder.Decode(name, geometry, [prompt], masks, isWhole);
                var factored = decoder.Decode(name, geometry, [prompt], masks, isWhole, hasProjections: true);
                Close.Assert<float>(name, plain.Logits, factored.Logits, 2e-5);
                Close.Assert<float>(name, plain.Scores, factored.Scores, 2e-5);
            }
        }
    }

    [Theory]
    [InlineData(6, true)]
    [InlineData(7, false)]
    public void Decode_MorePointsThanAreLessWork_UsesDenseTokens(int points, bool isFactored)
    {
        var prompt = SmallDecoder.MakePrompt(points, hasBox: false, hasMask: false, seed: 1);
        var plain = decoder.Decode("256", _square, [prompt], [1], wholeSquare: false);
        var withProjections = decoder.Decode("256", _square, [prompt], [1], wholeSquare: false, hasProjections: true);

        // Rounding tells the two forms apart.
        Assert.Equal(isFactored, !plain.Logits.SequenceEqual(withProjections.Logits));
    }

    [Theory]
    [InlineData(1, false, 4)]
    [InlineData(2, true, 3)]
    [InlineData(6, false, 2)]
    public void Decode_BatchWithProjections_EqualsEachPromptAlone(int points, bool hasBox, int count)
    {
        Prompt[] prompts =
            [.. Enumerable.Range(0, count).Select(i => SmallDecoder.MakePrompt(points, hasBox, hasMask: false, i))];

        // To the bit: a search gives the same masks however its points are batched.
        foreach (var name in _widths)
        {
            var together = decoder.Decode(name, _square, prompts, [2, 3], wholeSquare: false, hasProjections: true);
            for (var i = 0; i < prompts.Length; i++)
            {
                var alone = decoder.Decode(name, _square, [prompts[i]], [2, 3], wholeSquare: false, hasProjections: true);
                var length = alone.Logits.Length;
                Assert.True(alone.Logits.AsSpan().SequenceEqual(together.Logits.AsSpan(i * length, length)), name);
                Assert.True(alone.Scores.AsSpan().SequenceEqual(together.Scores.AsSpan(i * 4, 4)), name);
            }
        }
    }
}
