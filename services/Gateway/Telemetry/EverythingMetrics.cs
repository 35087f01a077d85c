using System.Diagnostics.Metrics;

namespace Segmentation.Gateway.Telemetry;

/// <summary>Metrics of searches for everything, on the gateway's meter.</summary>
internal sealed class EverythingMetrics
{
    // From a small grid on several silos to crops of a panorama on one.
    private static readonly InstrumentAdvice<double> _seconds = new()
    {
        HistogramBucketBoundaries = [0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600],
    };

    private readonly Meter _meter;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _joined;
    private readonly Counter<long> _points;
    private readonly Counter<long> _repeated;

    public EverythingMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(GatewayMetrics.Name);
        _duration = _meter.CreateHistogram(
            "segmentation.everything.duration",
            "s",
            "Time from a search's beginning to its end, by status code.",
            advice: _seconds);
        _joined = _meter.CreateCounter<long>(
            "segmentation.everything.joined", "{request}", "Requests that joined a search under way.");
        _points = _meter.CreateCounter<long>(
            "segmentation.everything.points", "{point}", "Grid points that silos were asked and answered.");
        _repeated = _meter.CreateCounter<long>(
            "segmentation.everything.parts.repeated", "{part}", "Parts of searches given to another silo, by reason.");
        _joined.Add(0);
        _points.Add(0);
        foreach (var reason in new[] { GatewayMetrics.Failed, GatewayMetrics.Refused })
        {
            _repeated.Add(0, new KeyValuePair<string, object?>("reason", reason));
        }
    }

    /// <summary>Reports searches under way, and the bytes of what they have found.</summary>
    public void Observe(Func<int> open, Func<long> foundBytes)
    {
        _meter.CreateObservableUpDownCounter(
            "segmentation.everything.open", open, "{search}", "Searches under way, or whose results are being sent.");
        _meter.CreateObservableUpDownCounter(
            "segmentation.everything.found.size", foundBytes, "By", "Bytes of masks found by searches under way.");
    }

    public void Ended(StatusCode code, TimeSpan duration) => _duration.Record(
        duration.TotalSeconds, new KeyValuePair<string, object?>("rpc.grpc.status_code", (int)code));

    public void Joined() => _joined.Add(1);

    public void Asked(int points) => _points.Add(points);

    public void Repeated(string reason) => _repeated.Add(1, new KeyValuePair<string, object?>("reason", reason));
}
