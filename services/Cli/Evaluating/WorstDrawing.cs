using Segmentation.Cli.Drawing;
using Segmentation.Evaluation.Data;
using Segmentation.Evaluation.Reports;
using Segmentation.Evaluation.Results;
using Segmentation.Masks;
using Segmentation.Masks.Geometry;
using Segmentation.Sam.Images;
using Segmentation.Sam.Prompts;

namespace Segmentation.Cli.Evaluating;

/// <summary>Draws the worst masks: the part of the picture around the object, with the truth left and the answer right.</summary>
internal static class WorstDrawing
{
    private const int LeastSide = 48;
    private const int DrawnSide = 280;

    /// <summary>Draws all of the worst masks.</summary>
    /// <param name="data">The data that was evaluated.</param>
    /// <param name="records">Results of all masks.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<IReadOnlyList<WorstMask>> DrawAsync(
        EvaluationData data, IEnumerable<MaskRecord> records, CancellationToken cancellationToken)
    {
        var worst = WorstMask.Choose(records);
        var byPicture = worst.ToLookup(mask => mask.Picture, StringComparer.Ordinal);
        var drawn = new Dictionary<MaskRecord, byte[]>(ReferenceEqualityComparer.Instance);
        await foreach (var picture in data.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (byPicture.Contains(picture.Name))
            {
                var pixels = ImageReader.ReadFull(picture.File, ImageLimits.Default, cancellationToken);
                foreach (var mask in byPicture[picture.Name])
                {
                    drawn[mask] = JpegWriter.Rgb(Draw(pixels, picture.Masks[mask.Index].Mask, mask));
                }
            }
        }

        return [.. worst.Select(mask => new WorstMask(mask, WorstMask.RankOf(mask)!.Value, drawn[mask]))];
    }

    private static RgbImage Draw(RgbImage picture, RunLengths truth, MaskRecord record)
    {
        var box = record.Box ?? record.NoisyBox;
        var answer = RunLengths.FromCocoString(
            truth.Height,
            truth.Width,
            record.Clicks?.Counts ?? box?.Counts ?? (record.Auto ?? record.Proposals)!.Counts);
        var part = Around(truth.Box, answer.Box, picture);
        var factor = Math.Max(1, DrawnSide / Math.Max(part.Width, part.Height));
        var prompt = new Prompt
        {
            Points = record.Clicks is { } clicks
                ? [new((clicks.Clicks[0].X + 0.5f - part.X) * factor, (clicks.Clicks[0].Y + 0.5f - part.Y) * factor, PointLabel.Foreground)]
                : [],
            Box = record.Clicks is null && box is { Box: var corners }
                ? new((corners.XMin - part.X) * factor, (corners.YMin - part.Y) * factor, (corners.XMax - part.X) * factor, (corners.YMax - part.Y) * factor)
                : null,
        };
        return PicturePair.Draw(
            Overlay.Draw(Enlarge(picture, part, factor), [Enlarge(truth, part, factor)], []),
            Overlay.Draw(Enlarge(picture, part, factor), [Enlarge(answer, part, factor)], [prompt]));
    }

    /// <summary>A part that shows the object and what it is taken for, but no more than a few times the object.</summary>
    private static PixelBox Around(PixelBox truth, PixelBox answer, RgbImage picture)
    {
        var reach = 2 * Math.Max(truth.Width, truth.Height);
        var left = answer.Width == 0 ? truth.X : Math.Max(Math.Min(truth.X, answer.X), truth.X - reach);
        var top = answer.Width == 0 ? truth.Y : Math.Max(Math.Min(truth.Y, answer.Y), truth.Y - reach);
        var right = Math.Min(Math.Max(truth.X + truth.Width, answer.X + answer.Width), truth.X + truth.Width + reach);
        var bottom = Math.Min(Math.Max(truth.Y + truth.Height, answer.Y + answer.Height), truth.Y + truth.Height + reach);
        var (x, width) = Widen(left, right, picture.Width);
        var (y, height) = Widen(top, bottom, picture.Height);
        return new(x, y, width, height);
    }

    private static (int Start, int Length) Widen(int start, int end, int most)
    {
        var margin = Math.Max((end - start) / 4, (LeastSide - (end - start)) / 2);
        var (from, to) = (Math.Max(0, start - margin), Math.Min(most, end + margin));
        return (from, to - from);
    }

    private static RgbImage Enlarge(RgbImage picture, PixelBox part, int factor)
    {
        var (width, height) = (part.Width * factor, part.Height * factor);
        var pixels = new byte[width * height * 3];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var from = ((part.Y + y / factor) * picture.Width + part.X + x / factor) * 3;
                picture.Pixels.AsSpan(from, 3).CopyTo(pixels.AsSpan((y * width + x) * 3));
            }
        }

        return new RgbImage(width, height, pixels);
    }

    private static RunLengths Enlarge(RunLengths mask, PixelBox part, int factor)
    {
        var inside = mask.ToBytes();
        var (width, height) = (part.Width * factor, part.Height * factor);
        var pixels = new byte[width * height];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                pixels[y * width + x] = inside[(part.Y + y / factor) * mask.Width + part.X + x / factor];
            }
        }

        return RunLengths.FromBytes(height, width, pixels);
    }
}
