namespace Segmentation.Sam.Images.Containers;

/// <summary>A prefix code of lossless WebP, as a table of all 15-bit beginnings.</summary>
internal sealed class WebPCode
{
    private const int LongestCode = 15;
    private const int LengthSymbols = 19;

    private static readonly byte[] _lengthOrder =
        [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

    // Symbol times 16, plus the length of its code.
    private readonly ushort[] _table = new ushort[1 << LongestCode];

    private WebPCode()
    {
    }

    /// <summary>Reads a code.</summary>
    /// <param name="reader">The file's bits.</param>
    /// <param name="symbols">Symbols of its alphabet, at most 4095.</param>
    /// <returns>Null where the bits are no code.</returns>
    public static WebPCode? TryRead(ref BitReader reader, int symbols)
    {
        // A simple code of two 8-bit symbols may name symbols outside of a small alphabet.
        var lengths = new byte[Math.Max(symbols, 256)];
        if (reader.Read(1) == 0)
        {
            if (!TryReadLengths(ref reader, lengths.AsSpan(0, symbols)))
            {
                return null;
            }
        }
        else
        {
            var hasTwo = reader.Read(1) != 0;
            lengths[reader.Read(reader.Read(1) == 0 ? 1 : 8)] = 1;
            if (hasTwo)
            {
                lengths[reader.Read(8)] = 1;
            }
        }

        return TryMake(lengths.AsSpan(0, symbols));
    }

    /// <summary>Reads a symbol.</summary>
    public int Next(ref BitReader reader)
    {
        var entry = _table[(int)(reader.Peek(LongestCode) & ((1 << LongestCode) - 1))];
        reader.Skip(entry & 15);
        return entry >> 4;
    }

    private static bool TryReadLengths(ref BitReader reader, Span<byte> lengths)
    {
        var lengthsOfLengths = new byte[LengthSymbols];
        var count = 4 + reader.Read(4);
        for (var i = 0; i < count; i++)
        {
            lengthsOfLengths[_lengthOrder[i]] = (byte)reader.Read(3);
        }

        if (TryMake(lengthsOfLengths) is not { } code)
        {
            return false;
        }

        var most = reader.Read(1) == 0 ? lengths.Length : 2 + reader.Read(2 + 2 * reader.Read(3));
        byte previous = 8;
        for (var symbol = 0; symbol < lengths.Length && most > 0; most--)
        {
            var length = code.Next(ref reader);
            if (length < 16)
            {
                lengths[symbol++] = (byte)length;
                previous = length == 0 ? previous : (byte)length;
                continue;
            }

            var repeat = length switch
            {
                16 => 3 + reader.Read(2),
                17 => 3 + reader.Read(3),
                _ => 11 + reader.Read(7),
            };
            if (symbol + repeat > lengths.Length)
            {
                return false;
            }

            lengths.Slice(symbol, repeat).Fill(length == 16 ? previous : (byte)0);
            symbol += repeat;
        }

        return true;
    }

    /// <summary>Makes the canonical code of these lengths; a single symbol takes no bits.</summary>
    private static WebPCode? TryMake(ReadOnlySpan<byte> lengths)
    {
        var code = new WebPCode();
        var used = lengths.Length - lengths.Count((byte)0);
        if (used == 1)
        {
            code._table.AsSpan().Fill((ushort)(lengths.IndexOfAnyExcept((byte)0) << 4));
            return code;
        }

        var next = 0;
        for (var length = 1; length <= LongestCode; length++)
        {
            for (var symbol = 0; symbol < lengths.Length; symbol++)
            {
                if (lengths[symbol] != length)
                {
                    continue;
                }

                if (next >= 1 << length)
                {
                    return null;
                }

                for (var at = Reversed(next, length); at < code._table.Length; at += 1 << length)
                {
                    code._table[at] = (ushort)(symbol << 4 | length);
                }

                next++;
            }

            next <<= 1;
        }

        // All codes together must be every sequence of bits, or the library refuses the file.
        return next == 1 << (LongestCode + 1) ? code : null;
    }

    private static int Reversed(int code, int length)
    {
        var reversed = 0;
        for (var bit = 0; bit < length; bit++)
        {
            reversed |= (code >> bit & 1) << (length - 1 - bit);
        }

        return reversed;
    }
}
