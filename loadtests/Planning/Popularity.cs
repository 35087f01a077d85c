namespace Segmentation.LoadTests.Planning;

/// <summary>
/// Choice of an image among many: the k-th most popular has a share of 1 / k^skew (Zipf). Drawn by inverting the
/// integral of the density, which is exact for all but the first few ranks; those are drawn from a table.
/// </summary>
internal sealed class Popularity
{
    private const int Exact = 1000;
    private readonly double[] _cumulated;
    private readonly double _tail;
    private readonly double _skew;
    private readonly long _count;

    /// <param name="count">Number of images.</param>
    /// <param name="skew">0 for all alike.</param>
    public Popularity(long count, double skew)
    {
        (_count, _skew) = (Math.Max(1, count), skew);
        var total = 0.0;
        _cumulated = [.. Enumerable.Range(1, (int)Math.Min(Exact, _count)).Select(k => total += Math.Pow(k, -skew))];
        _tail = _count > Exact ? Integral(_count + 0.5) - Integral(Exact + 0.5) : 0;
    }

    /// <summary>Rank of an image, from 0.</summary>
    public long Next(Random random)
    {
        var drawn = random.NextDouble() * (_cumulated[^1] + _tail);
        if (drawn <= _cumulated[^1])
        {
            var found = Array.BinarySearch(_cumulated, drawn);
            return Math.Min(found < 0 ? ~found : found, _cumulated.Length - 1);
        }

        var area = Integral(Exact + 0.5) + drawn - _cumulated[^1];
        var rank = Math.Abs(_skew - 1) < 1e-9 ? Math.Exp(area) : Math.Pow(area * (1 - _skew), 1 / (1 - _skew));
        return Math.Clamp((long)Math.Round(rank) - 1, Exact, _count - 1);
    }

    private double Integral(double rank) =>
        Math.Abs(_skew - 1) < 1e-9 ? Math.Log(rank) : Math.Pow(rank, 1 - _skew) / (1 - _skew);
}
