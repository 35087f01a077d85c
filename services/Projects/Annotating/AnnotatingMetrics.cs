using System.Diagnostics.Metrics;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Annotating;

/// <summary>Metrics of annotations: meter <c>segmentation.projects</c>.</summary>
internal sealed class AnnotatingMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string Name = "segmentation.projects";

    private static readonly InstrumentAdvice<double> _seconds = new()
    {
        HistogramBucketBoundaries = [0.002, 0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    private readonly Counter<long> _operations;
    private readonly Histogram<double> _duration;
    private readonly UpDownCounter<long> _watchers;

    public AnnotatingMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        _operations = meter.CreateCounter<long>(
            "segmentation.projects.operations", "{operation}", "Operations on annotations, by result.");
        _duration = meter.CreateHistogram(
            "segmentation.projects.operations.duration",
            "s",
            "Time that saving the operations of one request took, from its masks to its commit.",
            advice: _seconds);
        _watchers = meter.CreateUpDownCounter<long>(
            "segmentation.projects.watchers", "{watcher}", "Open watches of pictures.");

        // Counters exist, as zero, from the first scrape.
        foreach (var result in new[] { OperationResult.Applied, OperationResult.Conflict, OperationResult.Refused })
        {
            _operations.Add(0, Tag(result));
        }

        _watchers.Add(0);
    }

    /// <summary>Counts the operations of a request.</summary>
    public void Applied(IEnumerable<OperationOutcome> outcomes, TimeSpan duration)
    {
        foreach (var (result, count) in outcomes.CountBy(outcome => outcome.Result))
        {
            _operations.Add(count, Tag(result));
        }

        _duration.Record(duration.TotalSeconds);
    }

    /// <summary>A watch begins.</summary>
    public void WatchBegan() => _watchers.Add(1);

    /// <summary>A watch ends.</summary>
    public void WatchEnded() => _watchers.Add(-1);

    private static KeyValuePair<string, object?> Tag(OperationResult result) => new("result", NameOf(result));

    private static string NameOf(OperationResult result) => result switch
    {
        OperationResult.Applied => "applied",
        OperationResult.Conflict => "conflict",
        _ => "refused",
    };
}
