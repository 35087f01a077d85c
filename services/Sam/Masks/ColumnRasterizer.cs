using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Segmentation.Sam.Masks;

/// <summary>
/// Turns columns of logits into runs, one after the other, and counts pixels above the two stability levels.
/// </summary>
/// <remarks>
/// Only pixels near the mask's edge are computed; of the others it is known beforehand on which side they lie.
/// Vectors are 256 bits wide by definition, two halves where the processor has less. Sums are never contracted to
/// fused multiply-adds, so every processor gives the same bits.
/// </remarks>
internal sealed class ColumnRasterizer
{
    private const int WordBits = 64;

    private readonly float[] values = new float[TransposedLogits.Stride];
    private readonly RowClasses classes = new();
    private readonly RunBuilder runs = new();
    private float[] pixels = [];

    /// <summary>Set by <see cref="Begin"/>, without which nothing here may be called.</summary>
    private AxisTaps rows = null!;
    private float lower;
    private float threshold;
    private float upper;
    private long aboveLower;
    private long aboveUpper;

    /// <summary>Begins a mask.</summary>
    public void Begin(AxisTaps rowTaps, float maskThreshold, float stabilityOffset)
    {
        rows = rowTaps;
        (lower, threshold, upper) = (maskThreshold - stabilityOffset, maskThreshold, maskThreshold + stabilityOffset);
        (aboveLower, aboveUpper) = (0, 0);
        runs.Clear();
        if (pixels.Length < rowTaps.Size + WordBits)
            pixels = new float[rowTaps.Size + WordBits];
    }

    /// <summary>Pixels above threshold + offset over pixels above threshold - offset, of the columns so far.</summary>
    public float StabilityScore => aboveLower == 0 ? 0 : (float)((double)aboveUpper / aboveLower);

    /// <summary>Ends the mask and copies it out.</summary>
    public RunLengths Build(int height, int width) => runs.Build(height, width);

    /// <summary>Whether all pixels that read values from this range are inside at every level.</summary>
    public bool IsInside(float lowest) => lowest > upper;

    /// <summary>Whether all pixels that read values up to this one are outside at every level.</summary>
    public bool IsOutside(float highest) => highest <= lower;

    /// <summary>Adds whole columns that are decided.</summary>
    public void AddDecided(bool isInside, int firstColumn, int columns)
    {
        runs.Set(isInside, (uint)((long)firstColumn * rows.Size));
        CountDecided(isInside, (long)columns * rows.Size);
    }

    /// <summary>Adds a column that needs computing.</summary>
    /// <param name="column">Its index in the image.</param>
    /// <param name="columns">The weights across the image.</param>
    /// <param name="group">The column's group, which is the first of the three low-resolution columns it reads.</param>
    /// <param name="logits">The low-resolution columns.</param>
    public void Add(int column, AxisTaps columns, int group, TransposedLogits logits)
    {
        Interpolate(column, columns, group, logits);
        classes.Classify(values.AsSpan(0, logits.PaddedRows), lower, upper);

        var top = (uint)((long)column * rows.Size);
        for (int rowGroup = 0, next; rowGroup < rows.Required; rowGroup = next)
        {
            next = classes.NextBoundary(rowGroup, rows.Required);
            var (begin, stop) = (rows.Starts[rowGroup], rows.Starts[next]);
            if (begin == stop)
                continue;

            if (classes.IsDecided(rowGroup))
            {
                runs.Set(classes.IsInside(rowGroup), top + (uint)begin);
                CountDecided(classes.IsInside(rowGroup), stop - begin);
            }
            else
            {
                ComputePixels(rowGroup, next);
                AddPixels(top, begin, stop);
            }
        }
    }

    private void CountDecided(bool isInside, long count)
    {
        if (isInside)
        {
            aboveLower += count;
            aboveUpper += count;
        }
    }

    /// <summary>First interpolation, across: one value for each low-resolution row.</summary>
    private void Interpolate(int column, AxisTaps columns, int group, TransposedLogits logits)
    {
        ref var a = ref MemoryMarshal.GetReference(logits.Column(group));
        ref var b = ref MemoryMarshal.GetReference(logits.Column(group + 1));
        ref var c = ref MemoryMarshal.GetReference(logits.Column(group + 2));
        ref var target = ref MemoryMarshal.GetArrayDataReference(values);
        var weightA = Vector256.Create(columns.Weight0[column]);
        var weightB = Vector256.Create(columns.Weight1[column]);
        var weightC = Vector256.Create(columns.Weight2[column]);
        for (nuint i = 0; i < (nuint)logits.PaddedRows; i += (nuint)Vector256<float>.Count)
        {
            var sum = Vector256.LoadUnsafe(ref a, i) * weightA + Vector256.LoadUnsafe(ref b, i) * weightB
                + Vector256.LoadUnsafe(ref c, i) * weightC;
            sum.StoreUnsafe(ref target, i);
        }
    }

    /// <summary>Second interpolation, down: groups <paramref name="from"/> to <paramref name="to"/>.</summary>
    private void ComputePixels(int from, int to)
    {
        var starts = rows.Starts;
        ref var weight0 = ref MemoryMarshal.GetArrayDataReference(rows.Weight0);
        ref var weight1 = ref MemoryMarshal.GetArrayDataReference(rows.Weight1);
        ref var weight2 = ref MemoryMarshal.GetArrayDataReference(rows.Weight2);
        ref var target = ref MemoryMarshal.GetArrayDataReference(pixels);
        for (var group = from; group < to; group++)
        {
            var a = Vector256.Create(values[group]);
            var b = Vector256.Create(values[group + 1]);
            var c = Vector256.Create(values[group + 2]);
            // The last vector runs into the next group, which then overwrites it.
            var end = (nuint)starts[group + 1];
            for (var row = (nuint)starts[group]; row < end; row += (nuint)Vector256<float>.Count)
            {
                var sum = Vector256.LoadUnsafe(ref weight0, row) * a + Vector256.LoadUnsafe(ref weight1, row) * b
                    + Vector256.LoadUnsafe(ref weight2, row) * c;
                sum.StoreUnsafe(ref target, row);
            }
        }
    }

    /// <summary>Compares computed pixels with the three levels, a word of bits at a time.</summary>
    private void AddPixels(uint top, int begin, int stop)
    {
        for (var row = begin; row < stop; row += WordBits)
        {
            var valid = ulong.MaxValue >> (WordBits - Math.Min(WordBits, stop - row));
            aboveLower += BitOperations.PopCount(Above(lower, row) & valid);
            aboveUpper += BitOperations.PopCount(Above(upper, row) & valid);

            var mask = Above(threshold, row);
            var changes = (mask ^ (mask << 1 | (runs.Inside ? 1UL : 0))) & valid;
            while (changes != 0)
            {
                runs.Toggle(top + (uint)row + (uint)BitOperations.TrailingZeroCount(changes));
                changes &= changes - 1;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Above(float level, int row)
    {
        ref var source = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(pixels), row);
        var levels = Vector256.Create(level);
        ulong bits = 0;
        for (var i = 0; i < WordBits; i += Vector256<float>.Count)
        {
            var above = Vector256.GreaterThan(Vector256.LoadUnsafe(ref source, (nuint)i), levels);
            bits |= (ulong)above.ExtractMostSignificantBits() << i;
        }

        return bits;
    }
}
