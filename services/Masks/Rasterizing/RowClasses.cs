using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Segmentation.Masks.Geometry;

namespace Segmentation.Masks.Rasterizing;

/// <summary>
/// Classes of the groups of a column's pixels: decided, if all lie on one side of both levels, or to be computed. A
/// pixel is a weighted mean of its group's three values, so values that all lie above the upper level, or all at or
/// below the lower one, decide the group.
/// </summary>
internal sealed class RowClasses
{
    private const int WordBits = 64;

    /// <summary>256 rows, the repeated ones behind them, and a word of zeros to shift in.</summary>
    private const int Words = ImageGeometry.LowResSide / WordBits + 2;

    private readonly ulong[] _inside = new ulong[Words];
    private readonly ulong[] _decided = new ulong[Words];
    private readonly ulong[] _boundaries = new ulong[Words];

    /// <summary>Returns true if a group is decided.</summary>
    public bool IsDecided(int group) => Bit(_decided, group);

    /// <summary>Returns true if the pixels of a decided group lie above the upper level.</summary>
    public bool IsInside(int group) => Bit(_inside, group);

    /// <summary>Finds the first group after this one that is of another class, or <paramref name="end"/>.</summary>
    public int NextBoundary(int group, int end)
    {
        var first = group + 1;
        for (var word = first / WordBits; word * WordBits < end; word++)
        {
            var found = _boundaries[word];
            if (word == first / WordBits)
            {
                found &= ulong.MaxValue << (first % WordBits);
            }

            if (found != 0)
            {
                return Math.Min(word * WordBits + BitOperations.TrailingZeroCount(found), end);
            }
        }

        return end;
    }

    /// <summary>Classifies a column's values, a multiple of 8, of which at least the last two repeat others.</summary>
    public void Classify(ReadOnlySpan<float> values, float lower, float upper)
    {
        Array.Clear(_inside);
        Array.Clear(_decided);
        ref var source = ref MemoryMarshal.GetReference(values);
        var (high, low) = (Vector256.Create(upper), Vector256.Create(lower));
        for (var row = 0; row < values.Length; row += Vector256<float>.Count)
        {
            var value = Vector256.LoadUnsafe(ref source, (nuint)row);
            var (word, shift) = (row / WordBits, row % WordBits);
            _inside[word] |= (ulong)Vector256.GreaterThan(value, high).ExtractMostSignificantBits() << shift;
            _decided[word] |= (ulong)Vector256.LessThanOrEqual(value, low).ExtractMostSignificantBits() << shift;
        }

        ulong insideBefore = 0, decidedBefore = 0;
        for (var word = 0; word < Words - 1; word++)
        {
            _inside[word] = ThreeInARow(_inside[word], _inside[word + 1]);
            _decided[word] = ThreeInARow(_decided[word], _decided[word + 1]) | _inside[word];
            _boundaries[word] = (_inside[word] ^ (_inside[word] << 1 | insideBefore >> (WordBits - 1)))
                | (_decided[word] ^ (_decided[word] << 1 | decidedBefore >> (WordBits - 1)));
            (insideBefore, decidedBefore) = (_inside[word], _decided[word]);
        }
    }

    private static ulong ThreeInARow(ulong word, ulong next) =>
        word & (word >> 1 | next << (WordBits - 1)) & (word >> 2 | next << (WordBits - 2));

    private static bool Bit(ulong[] bits, int index) => (bits[index / WordBits] >> (index % WordBits) & 1) != 0;
}
