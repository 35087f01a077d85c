using System.Text.Json.Serialization;

namespace Segmentation.LoadTests.Reporting;

/// <summary>One row of a result: what was measured, against which bound.</summary>
internal sealed record Measurement
{
    public required string Name { get; init; }

    public required string Unit { get; init; }

    /// <summary>The largest value that is good enough; null when there is none to hold.</summary>
    public double? Bound { get; init; }

    public required double Measured { get; init; }

    public required Spread Runs { get; init; }

    public bool Holds => Bound is not { } bound || Measured <= bound;

    /// <summary>A row whose figure is the median of its runs.</summary>
    public static Measurement Of(string name, string unit, IReadOnlyList<double> runs, double? bound = null) => new()
    {
        Name = name,
        Unit = unit,
        Bound = bound,
        Measured = Spread.Of(runs).Median,
        Runs = Spread.Of(runs),
    };
}

/// <summary>Smallest, middle and largest of some runs.</summary>
internal sealed record Spread(double Min, double Median, double Max)
{
    public static Spread Of(IReadOnlyList<double> runs)
    {
        var sorted = runs.Order().ToArray();
        return new(sorted[0], sorted[sorted.Length / 2], sorted[^1]);
    }
}

/// <summary>JSON of results, lower-case names as scripts expect them.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(IReadOnlyList<Measurement>))]
internal sealed partial class MeasurementJson : JsonSerializerContext;
