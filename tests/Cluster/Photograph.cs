using Segmentation.Protocol.V1;

namespace Segmentation.Cluster.Tests;

/// <summary>The photograph that all tests click on, 600 x 400, and its answers as comparable text.</summary>
internal static class Photograph
{
    public static string Path { get; } =
        System.IO.Path.Combine(AppContext.BaseDirectory, "Data", "coffee.png");

    public static Prompt Click(int x, int y) => new()
    {
        Points = { new Point { X = x, Y = y, Label = PointLabel.Foreground } },
    };

    /// <summary>A mask's id and run lengths; the id is a hash of all that made it.</summary>
    public static string Describe(Mask mask) => $"{mask.Id} {mask.PredictedIou:R} {mask.Rle.Counts}";
}
