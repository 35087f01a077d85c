using System.Diagnostics;
using System.Diagnostics.Metrics;
using Segmentation.Gateway.Errors;

namespace Segmentation.Gateway.Telemetry;

/// <summary>Metrics of the gateway: meter and activity source <c>segmentation.gateway</c>.</summary>
internal sealed class GatewayMetrics
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Name = "segmentation.gateway";

    /// <summary>A silo's answer was late.</summary>
    public const string Late = "late";

    /// <summary>A silo could not be reached, or ended before it answered.</summary>
    public const string Failed = "failed";

    /// <summary>A silo was overloaded, or did not have the image.</summary>
    public const string Refused = "refused";

    /// <summary>The limit on all connections.</summary>
    public const string AllConnections = "all";

    /// <summary>The limit on connections of one address.</summary>
    public const string OneAddress = "address";

    // From a hot image in an idle silo to the longest wait that a client accepts.
    private static readonly InstrumentAdvice<double> _seconds = new()
    {
        HistogramBucketBoundaries =
            [0.0025, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    // The reasons that alerts are about.
    private static readonly string[] _refusals =
        ["CREDENTIAL_MISSING", "API_KEY_UNKNOWN", "SCOPE_MISSING", "TOO_MANY_WRONG_CREDENTIALS"];

    private readonly Meter _meter;
    private readonly Counter<long> _requests;
    private readonly Histogram<double> _prompts;
    private readonly Counter<long> _superseded;
    private readonly Counter<long> _replayed;
    private readonly Counter<long> _hedged;
    private readonly Counter<long> _repeated;
    private readonly Counter<long> _uploadBytes;
    private readonly Counter<long> _refusedConnections;
    private readonly Counter<long> _refusedCallers;
    private readonly Counter<long> _notTaken;
    private readonly UpDownCounter<long> _sessions;

    public GatewayMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(Name);
        _requests = _meter.CreateCounter<long>(
            "segmentation.gateway.requests", "{request}", "Calls that ended, by method and status code.");
        _prompts = _meter.CreateHistogram(
            "segmentation.gateway.prompt.duration",
            "s",
            "Time a prompt of a live session took from its turn to its answer, by status code.",
            advice: _seconds);
        _superseded = _meter.CreateCounter<long>(
            "segmentation.gateway.prompts.superseded", "{prompt}", "Prompts dropped in favour of a newer one.");
        _replayed = _meter.CreateCounter<long>(
            "segmentation.gateway.prompts.replayed", "{prompt}", "Prompts repeated because a silo lost their masks.");
        _hedged = _meter.CreateCounter<long>(
            "segmentation.gateway.decodes.hedged", "{request}", "Requests sent to one more silo, by reason.");
        _repeated = _meter.CreateCounter<long>(
            "segmentation.gateway.encodes.repeated", "{image}", "Images sent to another encoder after one failed.");
        _uploadBytes = _meter.CreateCounter<long>(
            "segmentation.gateway.upload.bytes", "By", "Bytes of images received.");
        _refusedConnections = _meter.CreateCounter<long>(
            "segmentation.gateway.connections.refused", "{connection}", "Connections closed at once, by limit.");
        _refusedCallers = _meter.CreateCounter<long>(
            "segmentation.gateway.callers.refused", "{request}", "Requests refused because of their credential, by reason.");
        _notTaken = _meter.CreateCounter<long>(
            "segmentation.gateway.answers.not_taken",
            "{answer}",
            "Calls that were ended because their client did not take the answer in time.");
        _sessions = _meter.CreateUpDownCounter<long>(
            "segmentation.gateway.sessions.open", "{session}", "Live sessions.");
        CountFromZero();
    }

    /// <summary>
    /// Spans within a live session: opened images and prompts. Whole calls are spans of ASP.NET Core.
    /// </summary>
    public static ActivitySource Activities { get; } = new(Name);

    public void Called(string method, StatusCode code) =>
        _requests.Add(1, new("rpc.method", method), new("rpc.grpc.status_code", (int)code));

    /// <summary>Reports the bytes of uploads that are held.</summary>
    public void ObserveUploads(Func<long> bytes) => _meter.CreateObservableUpDownCounter(
        "segmentation.gateway.upload.reserved", bytes, "By", "Bytes reserved for uploads in flight.");

    /// <summary>Reports the bytes of answers that are held.</summary>
    public void ObserveAnswers(Func<long> bytes) => _meter.CreateObservableUpDownCounter(
        "segmentation.gateway.answers.reserved", bytes, "By", "Bytes reserved for answers being made or sent.");

    /// <summary>Reports the silos that prompts can be sent to.</summary>
    public void ObserveSilos(Func<int> count) => _meter.CreateObservableUpDownCounter(
        "segmentation.gateway.silos", count, "{silo}", "Silos known to the gateway; 0 while none answers.");

    /// <summary>Reports the encoders that images can be sent to.</summary>
    public void ObserveEncoders(Func<int> count) => _meter.CreateObservableUpDownCounter(
        "segmentation.gateway.encoders", count, "{encoder}", "Encoders in reach of the gateway; 0 while uploads fail.");

    public void Prompted(StatusCode code, TimeSpan duration) =>
        _prompts.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("rpc.grpc.status_code", (int)code));

    public void Superseded(int prompts) => _superseded.Add(prompts);

    public void Replayed() => _replayed.Add(1);

    public void Hedged(string reason) => _hedged.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void Repeated() => _repeated.Add(1);

    public void Received(long bytes) => _uploadBytes.Add(bytes);

    public void ConnectionRefused(string limit) =>
        _refusedConnections.Add(1, new KeyValuePair<string, object?>("limit", limit));

    public void CallerRefused(RpcStatus problem) =>
        _refusedCallers.Add(1, new KeyValuePair<string, object?>("reason", Problem.ReasonOf(problem)));

    public void NotTaken() => _notTaken.Add(1);

    public void SessionOpened() => _sessions.Add(1);

    public void SessionClosed() => _sessions.Add(-1);

    /// <summary>A counter that begins with its first event hides that event from rates.</summary>
    private void CountFromZero()
    {
        foreach (var counter in new[] { _superseded, _replayed, _repeated, _uploadBytes, _notTaken })
        {
            counter.Add(0);
        }

        foreach (var reason in new[] { Late, Failed, Refused })
        {
            _hedged.Add(0, new KeyValuePair<string, object?>("reason", reason));
        }

        foreach (var limit in new[] { AllConnections, OneAddress })
        {
            _refusedConnections.Add(0, new KeyValuePair<string, object?>("limit", limit));
        }

        foreach (var reason in _refusals)
        {
            _refusedCallers.Add(0, new KeyValuePair<string, object?>("reason", reason));
        }

        _sessions.Add(0);
    }
}
