namespace Segmentation.Projects.Measuring;

/// <summary>
/// Random numbers that are the same on every machine and in every version: SplitMix64 (Steele, Lea and Flood, 2014).
/// </summary>
/// <param name="seed">The seed.</param>
internal sealed class SplitMix(long seed)
{
    private const ulong Step = 0x9E3779B97F4A7C15;

    private ulong _state = (ulong)seed;

    /// <summary>A number that a seed and a number give, spread evenly over all 64-bit numbers.</summary>
    public static ulong Hash(long seed, long number) => Mix(Mix((ulong)seed + Step) ^ (ulong)number);

    /// <summary>The next number, from 0 to below a bound.</summary>
    /// <param name="bound">The bound, at least 1.</param>
    public int Below(int bound)
    {
        _state += Step;
        return (int)Math.BigMul(Mix(_state), (ulong)bound, out _);
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
