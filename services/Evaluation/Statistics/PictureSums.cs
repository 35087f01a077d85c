namespace Segmentation.Evaluation.Statistics;

/// <summary>Sums of a value over the masks of each picture: what a bootstrap over pictures draws from.</summary>
internal sealed class PictureSums
{
    private readonly double[] _sums;
    private readonly int[] _counts;

    /// <param name="values">Number of the picture and value, of each mask that has one.</param>
    /// <param name="pictures">Number of pictures.</param>
    public PictureSums(IEnumerable<(int Picture, double Value)> values, int pictures)
    {
        (_sums, _counts) = (new double[pictures], new int[pictures]);
        foreach (var (picture, value) in values)
        {
            _sums[picture] += value;
            _counts[picture]++;
        }

        Count = _counts.Sum();
        Pictures = _counts.Count(count => count > 0);
        Mean = Count == 0 ? null : _sums.Sum() / Count;
    }

    /// <summary>Masks with a value.</summary>
    public int Count { get; }

    /// <summary>Pictures with such a mask.</summary>
    public int Pictures { get; }

    /// <summary>Mean over masks; null: there is none.</summary>
    public double? Mean { get; }

    /// <summary>Mean over the masks of pictures that were drawn; null: none of them has one.</summary>
    public double? MeanOf(ReadOnlySpan<int> pictures)
    {
        double sum = 0;
        long count = 0;
        foreach (var picture in pictures)
        {
            sum += _sums[picture];
            count += _counts[picture];
        }

        return count == 0 ? null : sum / count;
    }
}
