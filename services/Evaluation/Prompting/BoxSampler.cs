using Segmentation.Masks;

namespace Segmentation.Evaluation.Prompting;

/// <summary>Makes boxes of masks: exact ones, and ones as people draw them.</summary>
internal static class BoxSampler
{
    private const double NoiseShare = 0.1;
    private const double MostNoise = 20;

    /// <summary>The box around the mask's pixels, with their full extent.</summary>
    public static BoxCorners Exact(RunLengths mask)
    {
        var box = mask.Box;
        return new(box.X, box.Y, box.X + box.Width, box.Y + box.Height);
    }

    /// <summary>
    /// Moves each side by up to 10 % of the box's size, at most 20 pixels, and keeps the box within the picture.
    /// </summary>
    public static BoxCorners Noisy(RunLengths mask, SeededRandom random)
    {
        var box = Exact(mask);
        var (reachX, reachY) = (Reach(box.XMax - box.XMin), Reach(box.YMax - box.YMin));
        var left = Math.Clamp(box.XMin + Noise(reachX), 0, mask.Width);
        var top = Math.Clamp(box.YMin + Noise(reachY), 0, mask.Height);
        var right = Math.Clamp(box.XMax + Noise(reachX), 0, mask.Width);
        var bottom = Math.Clamp(box.YMax + Noise(reachY), 0, mask.Height);
        return new(left, top, right, bottom);

        float Noise(double reach) => (float)((random.NextShare() * 2 - 1) * reach);
    }

    private static double Reach(double size) => Math.Min(size * NoiseShare, MostNoise);
}
