using Segmentation.Cli.Everything;
using Segmentation.Masks;
using Segmentation.Masks.Everything;

namespace Segmentation.Cli.Tests.Everything;

/// <summary>Results as a search makes them, without a search.</summary>
internal static class Results
{
    public static SearchSettings Settings { get; } = new("model-a", EverythingOptions.Default);

    /// <summary>A picture's result: its bytes as they are, and these masks.</summary>
    public static ImageResult Of(string image, params IReadOnlyList<RunLengths> masks) => new(
        new(new FileInfo(image)),
        File.ReadAllBytes(image),
        masks.Count == 0 ? 5 : masks[0].Width,
        masks.Count == 0 ? 4 : masks[0].Height,
        [.. masks.Select(runs => Mask(runs))]);

    public static EverythingMask Mask(RunLengths runs, float predictedIou = 0.9045594f) => new()
    {
        RunLengths = runs,
        Area = runs.Area,
        Box = runs.Box,
        PredictedIou = predictedIou,
        StabilityScore = 0.9554f,
        PointX = 1.5,
        PointY = 2.5,
        CropBox = new(0, 0, runs.Width, runs.Height),
    };
}
