using Segmentation.LoadTests.Inputs;

namespace Segmentation.LoadTests.Load;

/// <summary>Which picture a request is about: the k-th most popular with a share of 1 / k^skew (Zipf).</summary>
internal sealed class Pictures
{
    private static readonly string[] _files =
        ["coffee.png", "rocket.jpg", "astronaut.png", "chelsea.png", "coins.png", "seeding.jpg"];

    private readonly double[] _cumulated;
    private readonly Random _random = new(1);
    private readonly Lock _gate = new();

    /// <param name="count">How many pictures; beyond those of the tests, the same with other hashes.</param>
    /// <param name="skew">0 for all alike, 1 for the popularity of pages.</param>
    public Pictures(int count, double skew)
    {
        var shares = Enumerable.Range(1, count).Select(k => Math.Pow(k, -skew)).ToList();
        var total = 0.0;
        _cumulated = [.. shares.Select(share => total += share / shares.Sum())];
    }

    /// <summary>How many.</summary>
    public int Count => _cumulated.Length;

    /// <summary>A picture's file.</summary>
    public static byte[] File(int index)
    {
        var bytes = System.IO.File.ReadAllBytes(Photographs.Named(_files[index % _files.Length]).FullName);

        // Bytes behind a file's end are another file with another hash, and the same picture.
        return index < _files.Length ? bytes : [.. bytes, .. BitConverter.GetBytes(index)];
    }

    /// <summary>The next request's picture; the same sequence in every run.</summary>
    public int Next()
    {
        double drawn;
        lock (_gate)
        {
            drawn = _random.NextDouble();
        }

        var found = Array.BinarySearch(_cumulated, drawn);
        return Math.Min(found < 0 ? ~found : found, Count - 1);
    }
}
