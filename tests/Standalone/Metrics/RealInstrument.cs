using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;

namespace Segmentation.Standalone.Tests.Metrics;

/// <summary>An instrument that a program made.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Kind and unit as the page has them.</param>
/// <param name="Prometheus">What the exporter calls it.</param>
/// <param name="HasBuckets">True unless it is a histogram without boundaries of its own.</param>
internal sealed partial record RealInstrument(string Name, string Kind, string Prometheus, bool HasBuckets)
{
    /// <summary>Describes an instrument.</summary>
    public static RealInstrument Of(Instrument instrument)
    {
        var kind = instrument.GetType().Name switch
        {
            var name when name.Contains("Histogram", StringComparison.Ordinal) => "histogram",
            var name when name.Contains("UpDown", StringComparison.Ordinal) => "gauge",
            var name when name.Contains("Counter", StringComparison.Ordinal) => "counter",
            _ => "gauge",
        };
        var unit = instrument.Unit is { Length: > 0 } text ? $", {text}" : "";
        return new(instrument.Name, kind + unit, PrometheusOf(instrument, kind), kind != "histogram" || HasAdvice(instrument));
    }

    private static bool HasAdvice(Instrument instrument) => instrument switch
    {
        Histogram<double> histogram => histogram.Advice?.HistogramBucketBoundaries?.Count > 0,
        Histogram<int> histogram => histogram.Advice?.HistogramBucketBoundaries?.Count > 0,
        Histogram<long> histogram => histogram.Advice?.HistogramBucketBoundaries?.Count > 0,
        _ => false,
    };

    // Underscores for everything else than letters and digits, the unit spelt out, _total behind counters.
    private static string PrometheusOf(Instrument instrument, string kind)
    {
        var name = Others().Replace(instrument.Name, "_");
        var unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "ms" => "_milliseconds",
            "By" => "_bytes",
            _ => "",
        };
        name = name.EndsWith(unit, StringComparison.Ordinal) ? name : name + unit;
        return kind == "counter" && !name.EndsWith("_total", StringComparison.Ordinal) ? $"{name}_total" : name;
    }

    [GeneratedRegex("[^a-zA-Z0-9]+")]
    private static partial Regex Others();
}
