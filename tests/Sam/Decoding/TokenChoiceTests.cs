using Segmentation.Models.Layouts;
using Segmentation.Sam.Decoding;

namespace Segmentation.Sam.Tests.Decoding;

public sealed class TokenChoiceTests
{
    private const int Plane = 10_000;
    private static readonly float[] _scores = [0.1f, 0.5f, 0.9f, 0.7f];

    [Theory]
    [InlineData("sam1", new[] { 0, 1, 2, 3 }, new long[] { 1, 2, 3 }, new long[] { 0 })]
    [InlineData("sam1", new[] { 0 }, new long[] { 0 }, new long[] { 0 })]
    [InlineData("huggingface-sam1", new[] { 1, 2, 3 }, new long[] { 1, 2, 3 }, new long[] { 1, 2, 3 })]
    [InlineData("sam2", new[] { 0, 1, 2, 3 }, new long[] { 1, 2, 3 }, new long[] { 0, 1, 2, 3 })]
    [InlineData("sam2", new[] { 0 }, new long[] { 0 }, new long[] { 0 })]
    public void Decoded_TokensOfTheLayout_AreThoseThatARequestNeeds(
        string family, int[] tokens, long[] three, long[] one)
    {
        var choice = Choose(family, tokens);

        Assert.Equal(three, choice.Decoded(isMultimask: true));
        Assert.Equal(one, choice.Decoded(isMultimask: false));
    }

    [Theory]
    // Of 1000 pixels above -0.05, so many lie above 0.05.
    [InlineData(980, 0)]
    [InlineData(979, 2)]
    public void ChooseOne_Sam2_TakesTokenZeroWhereItIsStable(int sure, int expected)
    {
        var logits = new float[4 * Plane];
        Array.Fill(logits, -1);
        logits.AsSpan(0, sure).Fill(0.06f);
        logits.AsSpan(sure, 1000 - sure).Fill(0.04f);

        Assert.Equal(expected, Choose("sam2", [0, 1, 2, 3]).ChooseOne(logits, _scores));
    }

    [Fact]
    public void ChooseOne_Sam2WithNothingInside_TakesTokenZero()
    {
        var logits = new float[4 * Plane];
        Array.Fill(logits, -1);

        Assert.Equal(0, Choose("sam2", [0, 1, 2, 3]).ChooseOne(logits, _scores));
    }

    [Fact]
    public void ChooseOne_WithoutTokenZero_TakesTheBestPredictedIou() =>
        Assert.Equal(1, Choose("sam2", [1, 2, 3]).ChooseOne(new float[3 * Plane], _scores));

    private static TokenChoice Choose(string family, int[] tokens) =>
        new(DecoderLayout.Built with { Family = family, Tokens = tokens });
}
