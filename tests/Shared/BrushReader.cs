namespace Segmentation.Tests.Shared;

/// <summary>Unpacks Label Studio's brush, with runs of both kinds.</summary>
internal sealed class BrushReader(IReadOnlyList<byte> bytes)
{
    private long _position;

    /// <summary>Pixels of a brush: 1 where the fourth channel is not 0.</summary>
    public static byte[] Pixels(IReadOnlyList<byte> bytes)
    {
        var values = new BrushReader(bytes).Values();
        return [.. Enumerable.Range(0, values.Length / 4).Select(i => (byte)(values[4 * i + 3] == 0 ? 0 : 1))];
    }

    /// <summary>All values.</summary>
    public byte[] Values()
    {
        var values = new byte[Read(32)];
        var width = (int)Read(5) + 1;
        int[] sizes = [(int)Read(4) + 1, (int)Read(4) + 1, (int)Read(4) + 1, (int)Read(4) + 1];
        for (var i = 0L; i < values.Length;)
        {
            var isRun = Read(1) == 1;
            var end = i + 1 + Read(sizes[(int)Read(2)]);
            var value = isRun ? (byte)Read(width) : (byte)0;
            for (; i < end; i++)
            {
                values[i] = isRun ? value : (byte)Read(width);
            }
        }

        return values;
    }

    private long Read(int bits)
    {
        var value = 0L;
        for (var i = 0; i < bits; i++, _position++)
        {
            value = (value << 1) | (long)((bytes[(int)(_position / 8)] >> (int)(7 - (_position % 8))) & 1);
        }

        return value;
    }
}
