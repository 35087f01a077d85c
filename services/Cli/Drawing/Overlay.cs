using Segmentation.Masks;
using Segmentation.Sam.Images;
using Segmentation.Sam.Prompts;

namespace Segmentation.Cli.Drawing;

/// <summary>Draws prompts and answers on the image: points, boxes, masks and their outlines.</summary>
internal static class Overlay
{
    /// <summary>Draws on <paramref name="image"/> itself and returns it.</summary>
    /// <param name="image">The image at its full size.</param>
    /// <param name="masks">One mask a prompt.</param>
    /// <param name="prompts">The prompts, in the same order.</param>
    public static RgbImage Draw(RgbImage image, IReadOnlyList<RunLengths> masks, IReadOnlyList<Prompt> prompts)
    {
        var canvas = new Canvas(image);
        // A line of 1/400 of the picture is visible when the picture fills a screen, whatever its size.
        var line = Math.Max(2, Math.Max(image.Width, image.Height) / 400.0);
        for (var i = 0; i < masks.Count; i++)
        {
            MaskPainting.Paint(canvas, masks[i], Palette.Object(i), Palette.White, line);
        }

        foreach (var prompt in prompts)
        {
            DrawPrompt(canvas, prompt, line);
        }

        return image;
    }

    private static void DrawPrompt(Canvas canvas, Prompt prompt, double line)
    {
        if (prompt.Box is { } box)
        {
            canvas.Frame(box.XMin, box.YMin, box.XMax, box.YMax, line * 2, Palette.White);
            canvas.Frame(box.XMin, box.YMin, box.XMax, box.YMax, line, Palette.Foreground);
        }

        var radius = line * 4;
        foreach (var point in prompt.Points)
        {
            var isForeground = point.Label == PointLabel.Foreground;
            canvas.Disc(point.X, point.Y, radius + line, Palette.White);
            canvas.Disc(point.X, point.Y, radius, isForeground ? Palette.Foreground : Palette.Background);
            if (isForeground)
            {
                canvas.Plus(point.X, point.Y, radius * 0.6, line, Palette.White);
            }
            else
            {
                canvas.Minus(point.X, point.Y, radius * 0.6, line, Palette.White);
            }
        }
    }
}
