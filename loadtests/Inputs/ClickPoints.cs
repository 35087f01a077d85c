using Segmentation.Masks.Geometry;

namespace Segmentation.LoadTests.Inputs;

/// <summary>Points all over the image, the same in every run.</summary>
internal sealed class ClickPoints(ImageGeometry geometry)
{
    private int _count;

    /// <summary>The next point in pixels of the image.</summary>
    public (float X, float Y) Next()
    {
        // The golden ratio's multiples spread evenly over both axes.
        _count++;
        return ((float)(_count * 0.618034 % 1 * geometry.Width), (float)(_count * 0.754878 % 1 * geometry.Height));
    }

    /// <summary>A click on the next point.</summary>
    public Sam.Prompts.Prompt Prompt()
    {
        var (x, y) = Next();
        return new() { Points = [new(x, y, Sam.Prompts.PointLabel.Foreground)] };
    }
}
