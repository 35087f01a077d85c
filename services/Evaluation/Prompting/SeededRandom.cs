using System.Text;

namespace Segmentation.Evaluation.Prompting;

/// <summary>
/// Random numbers (SplitMix64) that are the same on every machine and in every release. Each mask has a row of its own,
/// so that neither the order of masks nor a continued run changes them.
/// </summary>
internal sealed class SeededRandom
{
    private const ulong FnvOffset = 14695981039346656037;
    private const ulong FnvPrime = 1099511628211;
    private const ulong Step = 0x9E3779B97F4A7C15;
    private ulong _state;

    /// <param name="seed">The run's seed.</param>
    /// <param name="name">What the numbers are for, for example a picture.</param>
    /// <param name="index">Number within that.</param>
    public SeededRandom(long seed, string name, int index)
    {
        _state = FnvOffset;
        foreach (var one in Encoding.UTF8.GetBytes(name))
        {
            _state = (_state ^ one) * FnvPrime;
        }

        _state ^= unchecked((ulong)seed * Step + (ulong)index);
        _ = NextBits();
        _state ^= unchecked((ulong)index * FnvPrime);
    }

    /// <summary>The next 64 bits.</summary>
    public ulong NextBits()
    {
        _state += Step;
        var mixed = _state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>A number from 0 to below 1.</summary>
    public double NextShare() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A whole number from 0 to below <paramref name="end"/>, which is at least 1.</summary>
    public long Next(long end) => (long)Math.BigMul(NextBits(), (ulong)end, out _);
}
