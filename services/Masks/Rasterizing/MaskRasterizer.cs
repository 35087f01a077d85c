using Segmentation.Masks.Geometry;

namespace Segmentation.Masks.Rasterizing;

/// <summary>
/// Turns the decoder's low-resolution logits into masks of the image's full size: <c>postprocess_masks</c>,
/// thresholding, <c>calculate_stability_score</c> and <c>mask_to_rle</c> of segment-anything in one pass over the
/// image's columns, straight into run lengths. Neither the padding nor a full-size image of floats is ever made.
/// </summary>
public static class MaskRasterizer
{
    /// <summary>Threshold of the reference (<c>mask_threshold</c>), in logits.</summary>
    public const float DefaultThreshold = 0;

    /// <summary>Stability offset of the reference (<c>stability_score_offset</c>), in logits.</summary>
    public const float DefaultStabilityOffset = 1;

    /// <summary>The highest columns take some ten microseconds each.</summary>
    private const int ColumnsBetweenChecks = 16;

    /// <summary>Makes one mask.</summary>
    /// <param name="logits">
    /// <paramref name="rows"/> x <paramref name="columns"/> logits in row-major order: the top left part of the
    /// decoder's 256 x 256 square, finite.
    /// </param>
    /// <param name="rows">Rows given: <see cref="ResamplingPlan.RequiredRows"/> to 256.</param>
    /// <param name="columns">Columns given: <see cref="ResamplingPlan.RequiredColumns"/> to 256.</param>
    /// <param name="plan">The image's plan.</param>
    /// <param name="workspace">This thread's buffers. Nothing else is allocated but the result.</param>
    /// <param name="threshold">Pixels above it are inside.</param>
    /// <param name="stabilityOffset">Distance in logits of the stability levels from the threshold, at least 0.</param>
    /// <param name="yieldPoint">Checked every 16 columns.</param>
    /// <exception cref="ArgumentException">Fewer logits than the image needs, or than announced.</exception>
    public static RasterizedMask Rasterize(
        ReadOnlySpan<float> logits,
        int rows,
        int columns,
        ResamplingPlan plan,
        MaskWorkspace workspace,
        float threshold = DefaultThreshold,
        float stabilityOffset = DefaultStabilityOffset,
        YieldPoint yieldPoint = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(workspace);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, plan.RequiredRows);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, ImageGeometry.LowResSide);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, plan.RequiredColumns);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(columns, ImageGeometry.LowResSide);
        ArgumentOutOfRangeException.ThrowIfNotEqual(logits.Length, rows * columns);
        ArgumentOutOfRangeException.ThrowIfLessThan(stabilityOffset, 0);

        workspace.Logits.Load(logits, columns, plan.RequiredRows, plan.RequiredColumns);
        var column = workspace.Column;
        column.Begin(plan.Rows, threshold, stabilityOffset);
        for (var group = 0; group < plan.RequiredColumns; group++)
        {
            if (group % ColumnsBetweenChecks == 0)
            {
                yieldPoint.Check();
            }

            AddGroup(group, plan.Columns, workspace.Logits, column, yieldPoint);
        }

        var mask = column.Build(plan.Geometry.Height, plan.Geometry.Width, workspace.Lends);
        return new(mask, mask.Area, mask.Box, column.StabilityScore);
    }

    /// <summary>Adds the image's columns that read the same three low-resolution columns.</summary>
    private static void AddGroup(
        int group, AxisTaps taps, TransposedLogits logits, ColumnRasterizer column, YieldPoint yieldPoint)
    {
        var (begin, end) = (taps.Starts[group], taps.Starts[group + 1]);
        if (begin == end)
        {
            return;
        }

        var isInside = column.IsInside(logits.Lowest(group));
        if (isInside || column.IsOutside(logits.Highest(group)))
        {
            column.AddDecided(isInside, begin, end - begin);
            return;
        }

        for (var x = begin; x < end; x++)
        {
            if (x % ColumnsBetweenChecks == 0)
            {
                yieldPoint.Check();
            }

            column.Add(x, taps, group, logits);
        }
    }
}

/// <summary>A mask at the image's full size, with what was counted while it was made.</summary>
/// <param name="RunLengths">The mask.</param>
/// <param name="Area">Pixels inside.</param>
/// <param name="Box">Smallest box around the mask; all zero for an empty one.</param>
/// <param name="StabilityScore">
/// Pixels above threshold + offset over pixels above threshold - offset, 0 to 1; 0 when there are none of the latter.
/// </param>
public readonly record struct RasterizedMask(RunLengths RunLengths, long Area, PixelBox Box, float StabilityScore);
