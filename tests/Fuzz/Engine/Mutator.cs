using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Segmentation.Fuzz.Engine;

/// <summary>Changes inputs: bits, numbers, blocks, words of the format, parts of other inputs.</summary>
internal sealed class Mutator(Random random, IReadOnlyList<byte[]> words, int maxLength)
{
    private const int MostSteps = 6;
    private const int LargestStep = 35;

    private static readonly long[] _numbers =
    [
        0, 1, 2, 3, 7, 8, 15, 16, 31, 32, 63, 64, 100, 127, 128, 255, 256, 511, 512, 1000, 1023, 1024, 4096, 32767, 32768,
        65535, 65536, 100_000_000, int.MaxValue - 1, int.MaxValue, (long)int.MaxValue + 1, uint.MaxValue, long.MaxValue,
        long.MinValue, -1, -2, int.MinValue,
    ];

    private static readonly string[] _texts =
    [
        "0", "-1", "1", "1e400", "1e-400", "NaN", "Infinity", "2147483648", "4294967296", "18446744073709551616", "1.5",
        "-0", "00", "0x10", "9223372036854775807", "-9223372036854775809", "1e", "null", "3e38", "1e39",
    ];

    /// <summary>A changed copy.</summary>
    /// <param name="input">The input.</param>
    /// <param name="other">Another one to take parts from.</param>
    public byte[] Change(byte[] input, byte[] other)
    {
        var bytes = new List<byte>(input);
        for (var steps = 1 + (random.Next(2) == 0 ? 0 : random.Next(MostSteps)); steps > 0; steps--)
        {
            Step(bytes, other);
        }

        if (bytes.Count > maxLength)
        {
            bytes.RemoveRange(maxLength, bytes.Count - maxLength);
        }

        return [.. bytes];
    }

    private void Step(List<byte> bytes, byte[] other)
    {
        if (bytes.Count == 0)
        {
            Insert(bytes, 0, Noise());
            return;
        }

        var at = random.Next(bytes.Count);
        switch (random.Next(16))
        {
            case 0 or 1:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 2:
                bytes[at] = (byte)random.Next(256);
                break;
            case 3:
                bytes[at] += (byte)random.Next(-LargestStep, LargestStep + 1);
                break;
            case 4 or 5:
                Overwrite(bytes, at, Number(_numbers[random.Next(_numbers.Length)]));
                break;
            case 6:
                Add(bytes, at);
                break;
            case 7:
                bytes.RemoveRange(at, Length(bytes.Count - at));
                break;
            case 8:
                Insert(bytes, random.Next(bytes.Count + 1), [.. bytes.GetRange(at, Length(bytes.Count - at))]);
                break;
            case 9:
                Overwrite(bytes, random.Next(bytes.Count), [.. bytes.GetRange(at, Length(bytes.Count - at))]);
                break;
            case 10:
                Insert(bytes, at, Noise());
                break;
            case 11 or 12 when words.Count > 0:
                Insert(bytes, at, words[random.Next(words.Count)]);
                break;
            case 13 when words.Count > 0:
                Overwrite(bytes, at, words[random.Next(words.Count)]);
                break;
            case 14 when other.Length > 0:
                Splice(bytes, at, other);
                break;
            case 15:
                ChangeDigits(bytes, at);
                break;
            default:
                Insert(bytes, at, [.. Enumerable.Repeat(bytes[at], Length(64))]);
                break;
        }
    }

    /// <summary>A length up to a bound; small ones more often.</summary>
    private int Length(int most) => 1 + random.Next(random.Next(most) + 1);

    private byte[] Noise()
    {
        var noise = new byte[Length(16)];
        random.NextBytes(noise);
        return noise;
    }

    private byte[] Number(long value)
    {
        var bytes = new byte[8];
        var length = 1 << random.Next(4);
        if (random.Next(2) == 0)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
            return bytes[..length];
        }

        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes[^length..];
    }

    /// <summary>Adds a little to a number of 16 or 32 bits, of either byte order.</summary>
    private void Add(List<byte> bytes, int at)
    {
        var length = random.Next(2) == 0 ? 2 : 4;
        if (at + length > bytes.Count)
        {
            return;
        }

        var isLittle = random.Next(2) == 0;
        var carry = random.Next(-LargestStep, LargestStep + 1);
        for (var i = 0; i < length; i++)
        {
            var index = at + (isLittle ? i : length - 1 - i);
            carry += bytes[index];
            bytes[index] = (byte)carry;
            carry >>= 8;
        }
    }

    private void Splice(List<byte> bytes, int at, byte[] other)
    {
        var from = random.Next(other.Length);
        var part = other.AsSpan(from, Length(other.Length - from)).ToArray();
        switch (random.Next(3))
        {
            case 0:
                Insert(bytes, at, part);
                break;
            case 1:
                Overwrite(bytes, at, part);
                break;
            default:
                bytes.RemoveRange(at, bytes.Count - at);
                bytes.AddRange(other[from..]);
                break;
        }
    }

    /// <summary>Puts another number in the place of digits in a text.</summary>
    private void ChangeDigits(List<byte> bytes, int at)
    {
        var start = bytes.FindIndex(at, one => one is >= (byte)'0' and <= (byte)'9');
        if (start < 0)
        {
            return;
        }

        var end = bytes.FindIndex(start, one => one is < (byte)'0' or > (byte)'9');
        bytes.RemoveRange(start, (end < 0 ? bytes.Count : end) - start);
        var text = random.Next(2) == 0
            ? _texts[random.Next(_texts.Length)]
            : random.Next(2000).ToString(CultureInfo.InvariantCulture);
        bytes.InsertRange(start, Encoding.ASCII.GetBytes(text));
    }

    private void Insert(List<byte> bytes, int at, byte[] part)
    {
        if (bytes.Count + part.Length <= maxLength)
        {
            bytes.InsertRange(at, part);
        }
    }

    private static void Overwrite(List<byte> bytes, int at, byte[] part)
    {
        for (var i = 0; i < part.Length && at + i < bytes.Count; i++)
        {
            bytes[at + i] = part[i];
        }
    }
}
