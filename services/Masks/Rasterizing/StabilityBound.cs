using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Segmentation.Masks.Geometry;

namespace Segmentation.Masks.Rasterizing;

/// <summary>
/// Upper bound of a mask's stability score from its low-resolution logits alone. A pixel of the image is a weighted
/// mean of two or three logits down and two or three across, so it lies between the lowest and the highest of these. A
/// mask whose bound is below the threshold is rejected without being made. Not safe for concurrent use.
/// </summary>
public sealed class StabilityBound
{
    /// <summary>Values behind the last group's first one, so that whole vectors may be read.</summary>
    private const int Slack = 16;

    private readonly float[] _highest = new float[ImageGeometry.LowResSide + Slack];
    private readonly float[] _lowest = new float[ImageGeometry.LowResSide + Slack];
    private ResamplingPlan? _plan;
    private Footprint _rows;
    private Footprint _columns;

    /// <summary>Computes the bound, 0 to 1.</summary>
    /// <param name="logits">Logits in row-major order, as <see cref="MaskRasterizer"/> takes them.</param>
    /// <param name="stride">Columns of the logits.</param>
    /// <param name="plan">The image's plan.</param>
    /// <param name="lower">The lower level of the score.</param>
    /// <param name="upper">The upper level.</param>
    public float AtMost(ReadOnlySpan<float> logits, int stride, ResamplingPlan plan, float lower, float upper)
    {
        if (_plan != plan)
        {
            (_plan, _rows, _columns) = (plan, new(plan.Rows), new(plan.Columns));
        }

        double aboveUpper = 0, aboveLower = 0;
        for (var row = 0; row < plan.RequiredRows; row++)
        {
            Load(logits.Slice(row * stride, plan.RequiredColumns));
            for (var taps = 2; taps <= AxisTaps.Taps; taps++)
            {
                var next = Math.Min(row + taps, plan.RequiredRows) - 1;
                Extend(logits.Slice(next * stride, plan.RequiredColumns));
                var pixels = (taps == 2 ? _rows.OfTwo : _rows.OfThree)[row];
                if (pixels == 0 || TensorPrimitives.Max<float>(_highest.AsSpan(0, plan.RequiredColumns)) <= lower)
                {
                    continue;
                }

                Count(lower, upper, plan.RequiredColumns, out var mayBeAbove, out var mustBeAbove);
                aboveUpper += pixels * mayBeAbove;
                aboveLower += pixels * mustBeAbove;
            }
        }

        return aboveLower == 0 ? 1 : (float)Math.Min(1, aboveUpper / aboveLower);
    }

    private void Load(ReadOnlySpan<float> row)
    {
        row.CopyTo(_highest);
        row.CopyTo(_lowest);
        RepeatLast(row.Length);
    }

    private void Extend(ReadOnlySpan<float> row)
    {
        TensorPrimitives.Max(_highest.AsSpan(0, row.Length), row, _highest);
        TensorPrimitives.Min(_lowest.AsSpan(0, row.Length), row, _lowest);
        RepeatLast(row.Length);
    }

    private void RepeatLast(int columns)
    {
        _highest.AsSpan(columns, AxisTaps.Taps).Fill(_highest[columns - 1]);
        _lowest.AsSpan(columns, AxisTaps.Taps).Fill(_lowest[columns - 1]);
    }

    /// <summary>
    /// Counts pixels of an image row that may lie above the upper level, and that must lie above the lower.
    /// </summary>
    private void Count(float lower, float upper, int columns, out float mayBeAbove, out float mustBeAbove)
    {
        ref var high = ref MemoryMarshal.GetArrayDataReference(_highest);
        ref var low = ref MemoryMarshal.GetArrayDataReference(_lowest);
        ref var two = ref MemoryMarshal.GetArrayDataReference(_columns.OfTwo);
        ref var three = ref MemoryMarshal.GetArrayDataReference(_columns.OfThree);
        var (upperLevel, lowerLevel) = (Vector256.Create(upper), Vector256.Create(lower));
        var (may, must) = (Vector256<float>.Zero, Vector256<float>.Zero);
        for (nuint i = 0; i < (nuint)columns; i += (nuint)Vector256<float>.Count)
        {
            var (ofTwo, ofThree) = (Vector256.LoadUnsafe(ref two, i), Vector256.LoadUnsafe(ref three, i));
            var highest = Vector256.Max(Vector256.LoadUnsafe(ref high, i), Vector256.LoadUnsafe(ref high, i + 1));
            may += Vector256.GreaterThan(highest, upperLevel) & ofTwo;
            highest = Vector256.Max(highest, Vector256.LoadUnsafe(ref high, i + 2));
            may += Vector256.GreaterThan(highest, upperLevel) & ofThree;
            var lowest = Vector256.Min(Vector256.LoadUnsafe(ref low, i), Vector256.LoadUnsafe(ref low, i + 1));
            must += Vector256.GreaterThan(lowest, lowerLevel) & ofTwo;
            lowest = Vector256.Min(lowest, Vector256.LoadUnsafe(ref low, i + 2));
            must += Vector256.GreaterThan(lowest, lowerLevel) & ofThree;
        }

        (mayBeAbove, mustBeAbove) = (Vector256.Sum(may), Vector256.Sum(must));
    }

    /// <summary>
    /// Numbers of pixels along an axis that read two values, and three, from each group's first one on.
    /// </summary>
    private readonly struct Footprint
    {
        public Footprint(AxisTaps taps)
        {
            OfTwo = new float[taps.Required + Slack];
            OfThree = new float[taps.Required + Slack];
            for (var group = 0; group < taps.Required; group++)
            {
                for (var pixel = taps.Starts[group]; pixel < taps.Starts[group + 1]; pixel++)
                {
                    (taps.Weight2[pixel] == 0 ? OfTwo : OfThree)[group]++;
                }
            }
        }

        public float[] OfTwo { get; }

        public float[] OfThree { get; }
    }
}
