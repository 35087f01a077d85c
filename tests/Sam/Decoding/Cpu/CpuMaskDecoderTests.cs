using CsCheck;
using Segmentation.Masks.Geometry;
using Segmentation.Sam.Prompts;

namespace Segmentation.Sam.Tests.Decoding.Cpu;

/// <summary>
/// Our decoder kernels at every vector width, and the decode graph, against the float64 reference.
/// </summary>
public sealed class CpuMaskDecoderTests(SmallDecoder decoder) : IClassFixture<SmallDecoder>
{
    private const int Side = 256;
    private const int Plane = Side * Side;

    // Logits reach a few units.
    private const double Tolerance = 2e-4;
    private static readonly ImageGeometry _square = new(1024, 1024);

    private static readonly Gen<Prompt> _prompts = Gen
        .Select(Gen.Int[0, 32], Gen.Bool, Gen.Bool, Gen.Int[0, 1000])
        .Where((points, hasBox, hasMask, _) => points > 0 || hasBox || hasMask)
        .Select(choice => SmallDecoder.MakePrompt(choice.Item1, choice.Item2, choice.Item3, choice.Item4));

    [Fact]
    public void Decode_RandomPrompts_EqualsTheReferenceInDouble() => _prompts.Sample(
        prompt =>
        {
            var (logits, scores, _) = decoder.Reference(_square, prompt);
            foreach (var name in SmallDecoder.Implementations)
            {
                var ours = decoder.Decode(name, _square, [prompt], [0, 1, 2, 3], wholeSquare: true);
                Close.Assert<double>(name, logits, ours.Logits, Tolerance);
                Close.Assert<double>(name, scores, ours.Scores, Tolerance);
            }
        },
        iter: 12,
        threads: 1);

    [Theory]
    [InlineData(3000, 2000)]
    [InlineData(500, 901)]
    [InlineData(640, 40)]
    public void Decode_PartOfTheSquare_EqualsThatPartOfTheWhole(int width, int height)
    {
        var geometry = new ImageGeometry(width, height);
        var prompt = new Prompt { Points = [new(width / 2f, height / 3f, PointLabel.Foreground)] };
        var whole = decoder.Decode("512", geometry, [prompt], [3, 1], wholeSquare: true).Logits;
        var (rows, columns) = (4 * geometry.GridRows, 4 * geometry.GridColumns);

        foreach (var name in SmallDecoder.Implementations)
        {
            var part = decoder.Decode(name, geometry, [prompt], [3, 1], wholeSquare: false).Logits;
            Assert.Equal(2 * rows * columns, part.Length);
            for (var row = 0; row < 2 * rows; row++)
            {
                var inWhole = (row / rows * Plane) + (row % rows * Side);
                Close.Assert<float>(name, whole.AsSpan(inWhole, columns), part.AsSpan(row * columns, columns), Tolerance);
            }
        }
    }

    [Fact]
    public void Decode_MasksOfTooLowPredictedIou_AreLeftOut()
    {
        var prompt = SmallDecoder.MakePrompt(1, hasBox: false, hasMask: false, seed: 3);
        foreach (var name in SmallDecoder.Implementations.Where(name => name != "graph"))
        {
            var all = decoder.Decode(name, _square, [prompt], [1, 2, 3], wholeSquare: true);
            var order = new[] { 1, 2, 3 }.OrderBy(mask => all.Scores[mask]).ToArray();

            foreach (var (above, wanted) in new[] { (all.Scores[order[1]], 1), (all.Scores[order[2]], 0) })
            {
                var some = decoder.Decode(
                    name, _square, [prompt], [1, 2, 3], wholeSquare: true, predictedIouAbove: above);
                Assert.Equal(all.Scores, some.Scores);
                foreach (var mask in order)
                {
                    var isWanted = wanted == 1 && mask == order[2];
                    var expected = isWanted ? all.Logits.AsSpan((mask - 1) * Plane, Plane) : new float[Plane];
                    var actual = some.Logits.AsSpan((mask - 1) * Plane, Plane);
                    Assert.True(expected.SequenceEqual(actual), $"{name}, {mask}");
                }
            }
        }
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(4, 3)]
    [InlineData(9, 2)]
    public void Decode_Batch_EqualsEachPromptAlone(int points, int count)
    {
        Prompt[] prompts =
            [.. Enumerable.Range(0, count).Select(i => SmallDecoder.MakePrompt(points, hasBox: points == 4, hasMask: false, i))];

        foreach (var name in SmallDecoder.Implementations)
        {
            // Our own kernels to the bit: a search gives the same masks however its points are batched.
            var tolerance = name == "graph" ? Tolerance : 0;
            var together = decoder.Decode(name, _square, prompts, [2, 3], wholeSquare: true);
            for (var i = 0; i < prompts.Length; i++)
            {
                var alone = decoder.Decode(name, _square, [prompts[i]], [2, 3], wholeSquare: true);
                Close.Assert<float>(name, alone.Logits, together.Logits.AsSpan(2 * i * Plane, 2 * Plane), tolerance);
                Close.Assert<float>(name, alone.Scores, together.Scores.AsSpan(i * 4, 4), tolerance);
            }
        }
    }

    [Fact]
    public void Decode_EveryVectorWidth_GivesNearlyTheSameBits()
    {
        var prompt = SmallDecoder.MakePrompt(2, hasBox: false, hasMask: false, seed: 5);
        var wide = decoder.Decode("512", _square, [prompt], [0, 1, 2, 3], wholeSquare: true);

        foreach (var name in new[] { "256", "128" })
        {
            var narrow = decoder.Decode(name, _square, [prompt], [0, 1, 2, 3], wholeSquare: true);
            Close.Assert<float>(name, wide.Logits, narrow.Logits, 2e-5);
        }
    }
}
