using System.Buffers;

namespace Segmentation.Masks;

/// <summary>
/// COCO's compressed string form of run lengths (<c>rleToString</c>, <c>rleFrString</c> of pycocotools' maskApi). From
/// the fourth run on, the difference to the run two before is written in place of the run. Each number is cut into
/// chunks of five bits, lowest first; a sixth bit says that another chunk follows, and the top bit of the last chunk is
/// the sign. A chunk is a character from '0' on.
/// </summary>
internal static class CocoString
{
    private const int ChunkBits = 5;
    private const int ChunkMask = 0x1f;
    private const int SignBit = 0x10;
    private const int MoreBit = 0x20;
    private const int RunsBetweenChecks = 1 << 14;

    /// <summary>Seven chunks hold the 33 bits of a difference of two 32-bit lengths.</summary>
    private const int MaxChunks = 7;

    public static string Write(ReadOnlySpan<uint> counts, YieldPoint yieldPoint = default)
    {
        var buffer = ArrayPool<char>.Shared.Rent(checked(counts.Length * MaxChunks));
        try
        {
            var length = 0;
            for (var i = 0; i < counts.Length; i++)
            {
                if (i % RunsBetweenChecks == 0)
                {
                    yieldPoint.Check();
                }

                long rest = counts[i];
                if (i > 2)
                {
                    rest -= counts[i - 2];
                }

                bool more;
                do
                {
                    var chunk = (int)rest & ChunkMask;
                    rest >>= ChunkBits;
                    more = (chunk & SignBit) != 0 ? rest != -1 : rest != 0;
                    buffer[length++] = (char)('0' + (more ? chunk | MoreBit : chunk));
                }
                while (more);
            }

            return new string(buffer, 0, length);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }
    }

    /// <summary>Reads run lengths, empty ones included, that sum to <paramref name="pixels"/>.</summary>
    public static uint[] Read(string text, long pixels)
    {
        var counts = new List<uint>(text.Length);
        long sum = 0;
        for (var position = 0; position < text.Length;)
        {
            var start = position;
            var count = ReadNumber(text, ref position);
            if (counts.Count > 2)
            {
                count += counts[^2];
            }

            if (count < 0)
            {
                throw new RunLengthsFormatException($"Run {counts.Count} has the negative length {count}", start);
            }

            sum += count;
            if (sum > pixels)
            {
                throw new RunLengthsFormatException(
                    $"Runs sum to at least {sum}, more than the mask's {pixels} pixels", start);
            }

            counts.Add((uint)count);
        }

        if (sum < pixels)
        {
            throw new RunLengthsFormatException(
                $"Runs sum to {sum}, fewer than the mask's {pixels} pixels", text.Length);
        }

        return [.. counts];
    }

    private static long ReadNumber(string text, ref int position)
    {
        long number = 0;
        for (var shift = 0; ; shift += ChunkBits)
        {
            if (position == text.Length)
            {
                throw new RunLengthsFormatException("The string ends inside a number", position);
            }

            if (shift == MaxChunks * ChunkBits)
            {
                throw new RunLengthsFormatException($"A number has more than {MaxChunks} characters", position);
            }

            var chunk = text[position] - '0';
            if (chunk is < 0 or > (ChunkMask | MoreBit))
            {
                throw new RunLengthsFormatException("A character is outside '0' to 'o'", position);
            }

            position++;
            number |= (long)(chunk & ChunkMask) << shift;
            if ((chunk & MoreBit) == 0)
            {
                return (chunk & SignBit) != 0 ? number | (-1L << (shift + ChunkBits)) : number;
            }
        }
    }
}
