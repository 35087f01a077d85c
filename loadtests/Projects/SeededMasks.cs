using System.Text;
using Segmentation.Masks;

namespace Segmentation.LoadTests.Projects;

/// <summary>
/// Masks like those of SA-1B in size: ellipses on a picture of 1500 x 2250 pixels, most of them small (figure 6 of the
/// SAM paper), so that rows are as long as real ones.
/// </summary>
internal sealed class SeededMasks
{
    /// <summary>Height of all pictures.</summary>
    public const int Height = 1500;

    /// <summary>Width of all pictures.</summary>
    public const int Width = 2250;

    private const int Distinct = 500;

    private readonly SeededMask[] _masks;

    /// <summary>Makes masks.</summary>
    /// <param name="seed">The seed.</param>
    public SeededMasks(int seed)
    {
        var random = new Random(seed);
        _masks = [.. Enumerable.Range(0, Distinct).Select(_ => Ellipse(random))];
    }

    /// <summary>A mask.</summary>
    /// <param name="number">Any number; the same number gives the same mask.</param>
    public SeededMask this[int number] => _masks[(uint)number % Distinct];

    private static SeededMask Ellipse(Random random)
    {
        // Half axes from 12 to 300 pixels, even in their logarithms.
        var across = 12 * Math.Pow(25, random.NextDouble());
        var down = across * (0.5 + random.NextDouble());
        var (x, y) = (random.NextDouble() * Width, random.NextDouble() * Height);
        var counts = new List<uint>();
        uint outside = 0;
        for (var column = 0; column < Width; column++)
        {
            var reach = 1 - Math.Pow((column - x) / across, 2);
            var half = reach <= 0 ? 0 : down * Math.Sqrt(reach);
            var from = (int)Math.Clamp(Math.Ceiling(y - half), 0, Height);
            var to = (int)Math.Clamp(Math.Floor(y + half), from, Height);
            counts.Add(outside + (uint)from);
            counts.Add((uint)(to - from));
            outside = (uint)(Height - to);
        }

        counts.Add(outside);
        var mask = new RunLengths(Height, Width, [.. counts]);
        var box = mask.Box;
        return new(Encoding.ASCII.GetBytes(mask.ToCocoString()), box, mask.Area);
    }
}
