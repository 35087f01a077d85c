using CsCheck;
using Segmentation.Masks.Geometry;
using Segmentation.Sam.Prompts;

namespace Segmentation.Sam.Tests.Decoding.Cpu;

/// <summary>
/// SAM 2 by our kernels at every vector width, and by its decode graph, against the float64 reference.
/// </summary>
public sealed class Sam2DecoderTests(SmallSam2Decoder decoder) : IClassFixture<SmallSam2Decoder>
{
    private const int Side = 256;
    private const int Plane = Side * Side;

    // Logits reach a few units.
    private const double Tolerance = 2e-4;
    private static readonly ImageGeometry _square = new(1500, 800, Resizing.Stretch);
    private static readonly string[] _widths = ["512", "256", "128"];

    private static readonly Gen<Prompt> _prompts = Gen
        .Select(Gen.Int[0, 16], Gen.Bool, Gen.Bool, Gen.Int[0, 1000])
        .Where((points, hasBox, hasMask, _) => points > 0 || hasBox || hasMask)
        .Select(choice => SmallDecoder.MakePrompt(choice.Item1, choice.Item2, choice.Item3, choice.Item4));

    [Fact]
    public void Decode_RandomPrompts_EqualsTheReferenceInDouble() => _prompts.Sample(
        prompt =>
        {
            var (logits, scores, objectScore) = decoder.Reference(_square, prompt);
            foreach (var name in SmallDecoder.Implementations)
            {
                var ours = decoder.Decode(name, _square, [prompt], [0, 1, 2, 3], wholeSquare: false);
                Close.Assert<double>(name, logits, ours.Logits, Tolerance);
                Close.Assert<double>(name, scores, ours.Scores, Tolerance);
                Close.Assert<double>(name, [objectScore!.Value], ours.ObjectScores, Tolerance);
            }
        },
        iter: 10,
        threads: 1);

    [Theory]
    [InlineData(1, false, false)]
    [InlineData(3, false, false)]
    [InlineData(1, true, true)]
    [InlineData(5, false, false)]
    public void Decode_ImageProjections_EqualsTheReferenceInDouble(int points, bool hasBox, bool hasMask)
    {
        var prompt = SmallDecoder.MakePrompt(points, hasBox, hasMask, seed: points);
        var (logits, scores, objectScore) = decoder.Reference(_square, prompt);
        foreach (var name in _widths)
        {
            var ours = decoder.Decode(name, _square, [prompt], [0, 1, 2, 3], wholeSquare: false, hasProjections: true);
            Close.Assert<double>(name, logits, ours.Logits, Tolerance);
            Close.Assert<double>(name, scores, ours.Scores, Tolerance);
            Close.Assert<double>(name, [objectScore!.Value], ours.ObjectScores, Tolerance);
        }
    }

    [Theory]
    [InlineData(1, false, 4, false)]
    [InlineData(2, true, 3, false)]
    [InlineData(9, false, 2, false)]
    [InlineData(2, false, 4, true)]
    public void Decode_Batch_EqualsEachPromptAlone(int points, bool hasBox, int count, bool hasProjections)
    {
        Prompt[] prompts =
            [.. Enumerable.Range(0, count).Select(i => SmallDecoder.MakePrompt(points, hasBox, hasMask: false, i))];

        foreach (var name in hasProjections ? _widths : SmallDecoder.Implementations)
        {
            // Our own kernels to the bit: a search gives the same masks however its points are batched.
            var tolerance = name == "graph" ? Tolerance : 0;
            var together = decoder.Decode(
                name, _square, prompts, [2, 3], wholeSquare: false, hasProjections: hasProjections);
            for (var i = 0; i < prompts.Length; i++)
            {
                var alone = decoder.Decode(
                    name, _square, [prompts[i]], [2, 3], wholeSquare: false, hasProjections: hasProjections);
                Close.Assert<float>(name, alone.Logits, together.Logits.AsSpan(2 * i * Plane, 2 * Plane), tolerance);
                Close.Assert<float>(name, alone.Scores, together.Scores.AsSpan(i * 4, 4), tolerance);
                Close.Assert<float>(name, alone.ObjectScores, together.ObjectScores.AsSpan(i, 1), tolerance);
            }
        }
    }

    [Fact]
    public void Decode_PartOfTheSquare_EqualsThatPartOfTheWhole()
    {
        var padded = new ImageGeometry(500, 901);
        var prompt = SmallDecoder.MakePrompt(2, hasBox: true, hasMask: false, seed: 4);
        var (rows, columns) = (4 * padded.GridRows, 4 * padded.GridColumns);
        foreach (var name in SmallDecoder.Implementations)
        {
            var whole = decoder.Decode(name, padded, [prompt], [3, 1], wholeSquare: true).Logits;
            var part = decoder.Decode(name, padded, [prompt], [3, 1], wholeSquare: false).Logits;
            for (var row = 0; row < 2 * rows; row++)
            {
                var inWhole = (row / rows * Plane) + (row % rows * Side);
                Close.Assert<float>(name, whole.AsSpan(inWhole, columns), part.AsSpan(row * columns, columns), 2e-5);
            }
        }
    }

    [Fact]
    public void Decode_EveryVectorWidth_GivesNearlyTheSameBits()
    {
        var prompt = SmallDecoder.MakePrompt(2, hasBox: false, hasMask: false, seed: 5);
        var wide = decoder.Decode("512", _square, [prompt], [0, 1, 2, 3], wholeSquare: false);

        foreach (var name in new[] { "256", "128" })
        {
            var narrow = decoder.Decode(name, _square, [prompt], [0, 1, 2, 3], wholeSquare: false);
            Close.Assert<float>(name, wide.Logits, narrow.Logits, 2e-5);
        }
    }

    [Fact]
    public void Decode_ExportWithoutTheObjectScoresHead_GivesNoneAndTheSameMasks()
    {
        using var without = SmallSam2Decoder.WithoutObjectScore();
        var prompt = SmallDecoder.MakePrompt(2, hasBox: false, hasMask: false, seed: 5);
        foreach (var name in SmallDecoder.Implementations)
        {
            var expected = decoder.Decode(name, _square, [prompt], [1], wholeSquare: false);
            var actual = without.Decode(name, _square, [prompt], [1], wholeSquare: false);
            Assert.NotNull(expected.ObjectScores);
            Assert.Null(actual.ObjectScores);
            Assert.Equal(expected.Scores, actual.Scores);
            Assert.True(expected.Logits.AsSpan().SequenceEqual(actual.Logits), name);
        }
    }

    [Fact]
    public void Prepare_EmbeddingWithoutHighResolutionFeatures_IsRefused()
    {
        var tokens = decoder.Embedding.AsMemory(0, 32 * 4096).ToArray();

        var error = Assert.Throws<ArgumentException>(
            () => decoder.Model("512").Prepare(tokens, _square, new(null, TestContext.Current.CancellationToken)));

        Assert.Contains($"{tokens.Length} values and this model's have {decoder.Embedding.Length}", error.Message);
    }

    [Theory]
    [InlineData("512")]
    [InlineData("graph")]
    public void Restore_PreparedImage_GivesTheEmbeddingWithItsHighResolutionFeatures(string name)
    {
        var restored = new float[decoder.Embedding.Length];

        decoder.Model(name).Restore(
            decoder.Prepare(name, _square), restored, new(null, TestContext.Current.CancellationToken));

        const int Tokens = 32 * 4096;
        Close.Assert<float>(name, decoder.Embedding.AsSpan(0, Tokens), restored.AsSpan(0, Tokens), 1e-6);
        Assert.True(decoder.Embedding.AsSpan(Tokens).SequenceEqual(restored.AsSpan(Tokens)));
    }

    [Fact]
    public void SizeBytes_PreparedImage_CountsHighResolutionFeaturesInSixteenBits()
    {
        var image = decoder.Prepare("512", _square);

        Assert.Equal(
            image.Tensors.Sum(t => t.GetTensorSizeInBytes()) + (2 * (decoder.Embedding.Length - (32 * 4096))),
            image.SizeBytes);
    }
}
