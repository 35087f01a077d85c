namespace Segmentation.Evaluation.Statistics;

/// <summary>Sums of a value over the masks of each picture: what a bootstrap over pictures draws from.</summary>
internal sealed class PictureSums
{
    private readonly double[] _sums;
    private readonly double[] _weights;

    /// <param name="values">Number of the picture and value, of each mask that has one.</param>
    /// <param name="pictures">Number of pictures.</param>
    public PictureSums(IEnumerable<(int Picture, double Value)> values, int pictures)
        : this(values.Select(one => (one.Picture, one.Value, 1.0)), pictures)
    {
    }

    /// <param name="values">
    /// Number of the picture, value, and weight of each mask that has one. The mean is the sum of the values divided by that
    /// of the weights.
    /// </param>
    /// <param name="pictures">Number of pictures.</param>
    public PictureSums(IEnumerable<(int Picture, double Value, double Weight)> values, int pictures)
    {
        (_sums, _weights) = (new double[pictures], new double[pictures]);
        var has = new bool[pictures];
        foreach (var (picture, value, weight) in values)
        {
            _sums[picture] += value;
            _weights[picture] += weight;
            has[picture] = true;
            Count++;
        }

        Pictures = has.Count(one => one);
        Mean = _weights.Sum() is var all and > 0 ? _sums.Sum() / all : null;
    }

    /// <summary>Masks with a value.</summary>
    public int Count { get; }

    /// <summary>Pictures with such a mask.</summary>
    public int Pictures { get; }

    /// <summary>Mean over masks; null: there is none, or all weights are 0.</summary>
    public double? Mean { get; }

    /// <summary>Mean over the masks of pictures that were drawn; null: none of them has one.</summary>
    public double? MeanOf(ReadOnlySpan<int> pictures)
    {
        double sum = 0;
        double weight = 0;
        foreach (var picture in pictures)
        {
            sum += _sums[picture];
            weight += _weights[picture];
        }

        return weight > 0 ? sum / weight : null;
    }
}
