namespace Segmentation.ModelBuilder.Tests.Decoder;

public sealed class DecodeGraphTests(DecoderFixture decoder) : IClassFixture<DecoderFixture>
{
    // Logits reach a few units; weights in 16 bits and another order of summation move them by less than this.
    private const float Tolerance = 5e-3f;
    private const int Plane = 256 * 256;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(9)]
    [InlineData(32)]
    public void Decode_OnePrompt_EqualsThePublishedForm(int points)
    {
        var prompt = PromptPoints.Random(points, points);
        var (logits, scores) = decoder.RunPublished(prompt);

        var ours = decoder.Run([prompt], [0, 1, 2, 3], 64, 64);

        Assert.Equal([1, 4, 256, 256], ours.Logits.Shape);
        AssertClose(logits, ours.Logits.Values);
        AssertClose(scores, ours.Scores.Values);
    }

    [Fact]
    public void Decode_Batch_EqualsEachPromptAlone()
    {
        var prompts = Enumerable.Range(0, 5).Select(i => PromptPoints.Random(100 + i, 3)).ToArray();

        var ours = decoder.Run(prompts, [0, 1, 2, 3], 64, 64);

        Assert.Equal([5, 4, 256, 256], ours.Logits.Shape);
        Assert.Equal([5, 4], ours.Scores.Shape);
        for (var i = 0; i < prompts.Length; i++)
        {
            var (logits, scores) = decoder.RunPublished(prompts[i]);
            AssertClose(logits, ours.Logits.Values.AsSpan(i * 4 * Plane, 4 * Plane));
            AssertClose(scores, ours.Scores.Values.AsSpan(i * 4, 4));
        }
    }

    [Theory]
    [InlineData(64, 64)]
    [InlineData(43, 64)]
    [InlineData(64, 36)]
    [InlineData(9, 8)]
    [InlineData(1, 1)]
    public void Decode_PartOfTheGrid_EqualsThatPartOfTheWhole(int rows, int columns)
    {
        var prompt = PromptPoints.Random(3, 2);
        var (logits, _) = decoder.RunPublished(prompt);

        var ours = decoder.Run([prompt], [2], rows, columns).Logits;

        Assert.Equal([1, 1, 4 * rows, 4 * columns], ours.Shape);
        for (var row = 0; row < 4 * rows; row++)
        {
            AssertClose(
                logits.AsSpan((2 * Plane) + (row * 256), 4 * columns),
                ours.Values.AsSpan(row * 4 * columns, 4 * columns));
        }
    }

    [Theory]
    [InlineData(new long[] { 0 })]
    [InlineData(new long[] { 1, 2, 3 })]
    [InlineData(new long[] { 3, 0 })]
    public void Decode_WantedMasks_GivesThoseInThatOrderAndAllScores(long[] masks)
    {
        var prompt = PromptPoints.Random(4, 2);
        var (logits, scores) = decoder.RunPublished(prompt);

        var ours = decoder.Run([prompt], masks, 64, 64);

        AssertClose(scores, ours.Scores.Values);
        for (var i = 0; i < masks.Length; i++)
        {
            AssertClose(logits.AsSpan((int)masks[i] * Plane, Plane), ours.Logits.Values.AsSpan(i * Plane, Plane));
        }
    }

    [Fact]
    public void Decode_MaskPrompt_EqualsThePublishedForm()
    {
        var prompt = PromptPoints.Random(5, 2);
        var (logits, scores) = decoder.RunPublished(prompt, decoder.Mask);
        var (without, _) = decoder.RunPublished(prompt);

        var ours = decoder.Run([prompt], [0, 1, 2, 3], 64, 64, decoder.Mask);

        AssertClose(logits, ours.Logits.Values);
        AssertClose(scores, ours.Scores.Values);
        Assert.True(Distance(logits, without) > 100 * Tolerance, "The mask prompt should matter.");
    }

    private static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual) =>
        Assert.InRange(Distance(expected, actual), 0, Tolerance);

    private static float Distance(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var largest = 0f;
        for (var i = 0; i < expected.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(expected[i] - actual[i]));
        }

        return largest;
    }
}
