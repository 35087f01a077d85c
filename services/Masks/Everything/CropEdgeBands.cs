using System.Numerics.Tensors;
using Segmentation.Masks.Geometry;
using Segmentation.Masks.Rasterizing;

namespace Segmentation.Masks.Everything;

/// <summary>
/// Bands of a crop's low-resolution logits near its inner edges. A mask that certainly covers a pixel there would be
/// rejected by <see cref="CropEdges"/>, and need not be made.
/// </summary>
public sealed class CropEdgeBands
{
    private readonly ResamplingPlan _plan;
    private readonly List<(Range Rows, Range Columns)> _bands = [];

    /// <param name="plan">The crop's plan for turning logits into masks.</param>
    /// <param name="crop">The crop's place in the image.</param>
    /// <param name="width">Width of the image.</param>
    /// <param name="height">Height of the image.</param>
    public CropEdgeBands(ResamplingPlan plan, PixelBox crop, int width, int height)
    {
        _plan = plan;
        // An edge of the crop near an edge of the image proves nothing: the mask may end near both.
        if (crop.X > CropEdges.Tolerance)
        {
            _bands.Add((.., Leading(plan.Columns)));
        }

        if (crop.Y > CropEdges.Tolerance)
        {
            _bands.Add((Leading(plan.Rows), ..));
        }

        if (width - crop.X - crop.Width > CropEdges.Tolerance)
        {
            _bands.Add((.., Trailing(plan.Columns)));
        }

        if (height - crop.Y - crop.Height > CropEdges.Tolerance)
        {
            _bands.Add((Trailing(plan.Rows), ..));
        }
    }

    /// <summary>Returns true if a mask certainly touches an inner edge; false if that is not known.</summary>
    /// <param name="logits">Logits in row-major order, as <see cref="MaskRasterizer"/> takes them.</param>
    /// <param name="stride">Columns of the logits.</param>
    /// <param name="threshold">Pixels above it are inside.</param>
    public bool IsSurelyTouched(ReadOnlySpan<float> logits, int stride, float threshold)
    {
        foreach (var (rows, columns) in _bands)
        {
            var (firstRow, rowCount) = rows.GetOffsetAndLength(_plan.RequiredRows);
            var (firstColumn, columnCount) = columns.GetOffsetAndLength(_plan.RequiredColumns);
            for (var row = firstRow; row < firstRow + rowCount; row++)
            {
                for (var column = firstColumn; column < firstColumn + columnCount; column++)
                {
                    if (IsSurelyInside(logits, stride, row, column, threshold))
                    {
                        return true;
                    }
                }
            }
        }

        return false;
    }

    /// <summary>
    /// Returns true if a group has pixels and all values that they depend on lie above the threshold.
    /// </summary>
    private bool IsSurelyInside(ReadOnlySpan<float> logits, int stride, int row, int column, float threshold)
    {
        if (logits[row * stride + column] <= threshold || IsEmpty(_plan.Rows, row) || IsEmpty(_plan.Columns, column))
        {
            return false;
        }

        var width = Math.Min(AxisTaps.Taps, _plan.RequiredColumns - column);
        for (var i = row; i < Math.Min(row + AxisTaps.Taps, _plan.RequiredRows); i++)
        {
            if (TensorPrimitives.Min(logits.Slice(i * stride + column, width)) <= threshold)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsEmpty(AxisTaps taps, int group) => taps.Starts[group] == taps.Starts[group + 1];

    /// <summary>Groups with a pixel so near to the first pixel that a mask covering it touches that edge.</summary>
    private static Range Leading(AxisTaps taps) =>
        ..Enumerable.Range(0, taps.Required).Count(g => taps.Starts[g] <= CropEdges.Tolerance);

    /// <summary>Groups with a pixel so near to the last pixel that a mask covering it touches that edge.</summary>
    private static Range Trailing(AxisTaps taps) =>
        Enumerable.Range(0, taps.Required).Count(g => taps.Starts[g + 1] - 1 < taps.Size - CropEdges.Tolerance)..;
}
