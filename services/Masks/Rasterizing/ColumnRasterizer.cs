using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Segmentation.Masks.Rasterizing;

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

    private readonly float[] _values = new float[TransposedLogits.Stride];
    private readonly RowClasses _classes = new();
    private readonly RunBuilder _runs = new();
    private float[] _pixels = [];

    /// <summary>Set by <see cref="Begin"/>, without which nothing here may be called.</summary>
    private AxisTaps _rows = null!;
    private float _lower;
    private float _threshold;
    private float _upper;
    private long _aboveLower;
    private long _aboveUpper;

    /// <summary>Begins a mask.</summary>
    public void Begin(AxisTaps rowTaps, float maskThreshold, float stabilityOffset)
    {
        _rows = rowTaps;
        (_lower, _threshold, _upper) = (maskThreshold - stabilityOffset, maskThreshold, maskThreshold + stabilityOffset);
        (_aboveLower, _aboveUpper) = (0, 0);
        _runs.Clear();
        if (_pixels.Length < rowTaps.Size + WordBits)
        {
            _pixels = new float[rowTaps.Size + WordBits];
        }
    }

    /// <summary>Pixels above threshold + offset over pixels above threshold - offset, of the columns so far.</summary>
    public float StabilityScore => _aboveLower == 0 ? 0 : (float)((double)_aboveUpper / _aboveLower);

    /// <summary>Ends the mask and copies it out, or lends it until <see cref="TakeBack"/>.</summary>
    public RunLengths Build(int height, int width, bool lends) =>
        lends ? _runs.Lend(height, width) : _runs.Build(height, width);

    /// <summary>Ends all loans of masks.</summary>
    public void TakeBack() => _runs.TakeBack();

    /// <summary>Returns true if all pixels that read values from this one up are inside at every level.</summary>
    public bool IsInside(float lowest) => lowest > _upper;

    /// <summary>Returns true if all pixels that read values up to this one are outside at every level.</summary>
    public bool IsOutside(float highest) => highest <= _lower;

    /// <summary>Adds whole columns that are decided.</summary>
    public void AddDecided(bool isInside, int firstColumn, int columns)
    {
        _runs.Set(isInside, (uint)((long)firstColumn * _rows.Size));
        CountDecided(isInside, (long)columns * _rows.Size);
    }

    /// <summary>Adds a column that needs computing.</summary>
    /// <param name="column">Its index in the image.</param>
    /// <param name="columns">The weights across the image.</param>
    /// <param name="group">The column's group, which is the first of the three low-resolution columns it reads.</param>
    /// <param name="logits">The low-resolution columns.</param>
    public void Add(int column, AxisTaps columns, int group, TransposedLogits logits)
    {
        Interpolate(column, columns, group, logits);
        _classes.Classify(_values.AsSpan(0, logits.PaddedRows), _lower, _upper);

        var top = (uint)((long)column * _rows.Size);
        for (int rowGroup = 0, next; rowGroup < _rows.Required; rowGroup = next)
        {
            next = _classes.NextBoundary(rowGroup, _rows.Required);
            var (begin, stop) = (_rows.Starts[rowGroup], _rows.Starts[next]);
            if (begin == stop)
            {
                continue;
            }

            if (_classes.IsDecided(rowGroup))
            {
                _runs.Set(_classes.IsInside(rowGroup), top + (uint)begin);
                CountDecided(_classes.IsInside(rowGroup), stop - begin);
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
            _aboveLower += count;
            _aboveUpper += count;
        }
    }

    /// <summary>First interpolation, across: one value for each low-resolution row.</summary>
    private void Interpolate(int column, AxisTaps columns, int group, TransposedLogits logits)
    {
        ref var a = ref MemoryMarshal.GetReference(logits.Column(group));
        ref var b = ref MemoryMarshal.GetReference(logits.Column(group + 1));
        ref var c = ref MemoryMarshal.GetReference(logits.Column(group + 2));
        ref var target = ref MemoryMarshal.GetArrayDataReference(_values);
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
        var starts = _rows.Starts;
        ref var weight0 = ref MemoryMarshal.GetArrayDataReference(_rows.Weight0);
        ref var weight1 = ref MemoryMarshal.GetArrayDataReference(_rows.Weight1);
        ref var weight2 = ref MemoryMarshal.GetArrayDataReference(_rows.Weight2);
        ref var target = ref MemoryMarshal.GetArrayDataReference(_pixels);
        for (var group = from; group < to; group++)
        {
            var a = Vector256.Create(_values[group]);
            var b = Vector256.Create(_values[group + 1]);
            var c = Vector256.Create(_values[group + 2]);
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
            Compare(row, out var aboveLower, out var mask, out var aboveUpper);
            _aboveLower += BitOperations.PopCount(aboveLower & valid);
            _aboveUpper += BitOperations.PopCount(aboveUpper & valid);

            var changes = (mask ^ (mask << 1 | (_runs.Inside ? 1UL : 0))) & valid;
            while (changes != 0)
            {
                _runs.Toggle(top + (uint)row + (uint)BitOperations.TrailingZeroCount(changes));
                changes &= changes - 1;
            }
        }
    }

    /// <summary>Compares 64 pixels with each level.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Compare(int row, out ulong aboveLower, out ulong aboveThreshold, out ulong aboveUpper)
    {
        ref var source = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_pixels), row);
        var (lower, threshold, upper) = (
            Vector256.Create(_lower), Vector256.Create(_threshold), Vector256.Create(_upper));
        (aboveLower, aboveThreshold, aboveUpper) = (0, 0, 0);
        for (var i = 0; i < WordBits; i += Vector256<float>.Count)
        {
            var pixels = Vector256.LoadUnsafe(ref source, (nuint)i);
            aboveLower |= (ulong)Vector256.GreaterThan(pixels, lower).ExtractMostSignificantBits() << i;
            aboveThreshold |= (ulong)Vector256.GreaterThan(pixels, threshold).ExtractMostSignificantBits() << i;
            aboveUpper |= (ulong)Vector256.GreaterThan(pixels, upper).ExtractMostSignificantBits() << i;
        }
    }
}
