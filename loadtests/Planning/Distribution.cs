namespace Segmentation.LoadTests.Planning;

/// <summary>Times in seconds, by their quantiles.</summary>
/// <param name="inverse">Gives the time for a share of all, 0 to 1.</param>
internal sealed class Distribution(Func<double, double> inverse)
{
    private const int Points = 1000;

    /// <summary>The mean.</summary>
    public double Mean { get; } = Enumerable.Range(0, Points).Average(i => inverse((i + 0.5) / Points));

    /// <summary>The time that a share of all do not exceed.</summary>
    public double At(double share) => inverse(share);

    /// <summary>A time by chance.</summary>
    public double Sample(Random random) => inverse(random.NextDouble());

    /// <summary>Always the same time.</summary>
    public static Distribution Constant(double seconds) => new(_ => seconds);

    /// <summary>Times without memory.</summary>
    public static Distribution Exponential(double mean) => new(share => -mean * Math.Log(1 - share));

    /// <summary>Measured times: quantiles at equal distances, 0 and 1 included, straight lines between.</summary>
    /// <param name="milliseconds">At least one, ascending.</param>
    public static Distribution Of(IReadOnlyList<double> milliseconds) => new(share =>
    {
        var place = share * (milliseconds.Count - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, milliseconds.Count - 1);
        return (milliseconds[below] + (place - below) * (milliseconds[above] - milliseconds[below])) / 1000;
    });
}
