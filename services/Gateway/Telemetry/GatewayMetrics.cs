using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Segmentation.Gateway.Telemetry;

/// <summary>What the edge counts: meter and activity source <c>segmentation.gateway</c>.</summary>
internal sealed class GatewayMetrics
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Name = "segmentation.gateway";

    /// <summary>A silo's answer was late.</summary>
    public const string Late = "late";

    /// <summary>A silo could not be reached, or ended before it answered.</summary>
    public const string Failed = "failed";

    /// <summary>A silo had no room, or not the image.</summary>
    public const string Refused = "refused";

    private readonly Counter<long> _requests;
    private readonly Counter<long> _superseded;
    private readonly Counter<long> _replayed;
    private readonly Counter<long> _hedged;
    private readonly Counter<long> _uploadBytes;
    private readonly UpDownCounter<long> _sessions;

    public GatewayMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        _requests = meter.CreateCounter<long>(
            "segmentation.gateway.requests", "{request}", "Calls that ended, by method and status code.");
        _superseded = meter.CreateCounter<long>(
            "segmentation.gateway.prompts.superseded", "{prompt}", "Prompts dropped in favour of a newer one.");
        _replayed = meter.CreateCounter<long>(
            "segmentation.gateway.prompts.replayed", "{prompt}", "Prompts repeated because a silo lost their masks.");
        _hedged = meter.CreateCounter<long>(
            "segmentation.gateway.decodes.hedged", "{request}", "Requests sent to one more silo, by reason.");
        _uploadBytes = meter.CreateCounter<long>(
            "segmentation.gateway.upload.bytes", "By", "Bytes of images received.");
        _sessions = meter.CreateUpDownCounter<long>(
            "segmentation.gateway.sessions.open", "{session}", "Live sessions.");
    }

    /// <summary>Spans of single prompts within a live session; whole calls are spans of ASP.NET Core.</summary>
    public static ActivitySource Activities { get; } = new(Name);

    public void Called(string method, StatusCode code) =>
        _requests.Add(1, new("rpc.method", method), new("rpc.grpc.status_code", (int)code));

    public void Superseded(int prompts) => _superseded.Add(prompts);

    public void Replayed() => _replayed.Add(1);

    public void Hedged(string reason) => _hedged.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void Received(long bytes) => _uploadBytes.Add(bytes);

    public void SessionOpened() => _sessions.Add(1);

    public void SessionClosed() => _sessions.Add(-1);
}
