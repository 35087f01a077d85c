namespace Segmentation.ModelBuilder.Tests;

/// <summary>One prompt as the graphs take it: x and y of each point in the 1024 square, and its label.</summary>
internal sealed record PromptPoints(float[] Coordinates, float[] Labels)
{
    /// <summary>A random prompt, the same for the same seed.</summary>
    public static PromptPoints Random(int seed, int points)
    {
        var random = new Random(seed);
        return new PromptPoints(
            [.. Enumerable.Range(0, 2 * points).Select(_ => random.NextSingle() * 1024)],
            [.. Enumerable.Range(0, points).Select(_ => (float)random.Next(-1, 4))]);
    }
}
