using System.Numerics;

namespace Segmentation.Sam.Images;

/// <summary>Pillow's vertical pass: one output row from the rows that overlap it.</summary>
internal static class ColumnResampler
{
    /// <summary>Adds rows by their weights.</summary>
    /// <param name="ring">Rows of bytes; row r is at (r modulo the ring's rows) x <paramref name="stride"/>.</param>
    /// <param name="stride">Bytes from one row of the ring to the next.</param>
    /// <param name="start">First row to add.</param>
    /// <param name="weights">One weight a row.</param>
    /// <param name="destination">The output row.</param>
    public static void Resample(
        ReadOnlySpan<byte> ring, int stride, int start, ReadOnlySpan<int> weights, Span<byte> destination)
    {
        var rows = ring.Length / stride;
        var column = 0;
        for (; column <= destination.Length - Vector<byte>.Count; column += Vector<byte>.Count)
        {
            var sum0 = new Vector<uint>(ResampleWeights.Half);
            var (sum1, sum2, sum3) = (sum0, sum0, sum0);
            var row = start % rows;
            foreach (var weight in weights)
            {
                var share = new Vector<uint>((uint)weight);
                Vector.Widen(new Vector<byte>(ring[(row * stride + column)..]), out var low, out var high);
                Vector.Widen(low, out var level0, out var level1);
                Vector.Widen(high, out var level2, out var level3);
                sum0 += level0 * share;
                sum1 += level1 * share;
                sum2 += level2 * share;
                sum3 += level3 * share;
                row = row + 1 == rows ? 0 : row + 1;
            }

            Vector.Narrow(
                Vector.Narrow(sum0 >>> ResampleWeights.PrecisionBits, sum1 >>> ResampleWeights.PrecisionBits),
                Vector.Narrow(sum2 >>> ResampleWeights.PrecisionBits, sum3 >>> ResampleWeights.PrecisionBits))
                .CopyTo(destination[column..]);
        }

        for (; column < destination.Length; column++)
        {
            var sum = ResampleWeights.Half;
            var row = start % rows;
            foreach (var weight in weights)
            {
                sum += ring[row * stride + column] * weight;
                row = row + 1 == rows ? 0 : row + 1;
            }

            destination[column] = (byte)(sum >>> ResampleWeights.PrecisionBits);
        }
    }
}
