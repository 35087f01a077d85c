using System.Diagnostics;
using Segmentation.Gateway.Telemetry;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Streaming;

/// <summary>
/// Traces of a live session. A session lasts for hours; as one trace it would have no end and thousands of spans, and
/// be kept or dropped as a whole. So each prompt and each opened image is a trace of its own, sampled by itself, with a
/// link to the span of the session's call, which is in the trace that the client sent, if it sent one. That span has
/// the counts.
/// </summary>
internal sealed class SessionTrace
{
    private readonly Activity? _session = Activity.Current;
    private int _images;
    private int _prompts;
    private int _superseded;
    private int _errors;

    /// <summary>Begins the trace of one message.</summary>
    /// <param name="name">Name of its first span.</param>
    /// <returns>
    /// The span, the current one of the method that asked until it is disposed; null when nobody listens.
    /// </returns>
    public static Activity? Begin(string name)
    {
        var session = Activity.Current;
        if (session is null)
        {
            return GatewayMetrics.Activities.StartActivity(name);
        }

        Activity.Current = null;
        var span = GatewayMetrics.Activities.StartActivity(
            ActivityKind.Internal, links: [new ActivityLink(session.Context)], name: name);

        // Without a listener what follows stays in the session's trace.
        Activity.Current = span ?? session;
        return span;
    }

    /// <summary>A prompt's turn has come.</summary>
    public void Took(PromptTicket ticket)
    {
        _prompts++;
        _superseded += ticket.Superseded.Count;
    }

    /// <summary>An answer was written.</summary>
    public void Answered(SegmentStreamResponse response)
    {
        _images += response.Opened is null ? 0 : 1;
        _errors += response.Error is null ? 0 : 1;
    }

    /// <summary>Puts the counts on the session's span; to be called before the call ends.</summary>
    public void End()
    {
        _session?.SetTag("segmentation.session.images", _images);
        _session?.SetTag("segmentation.session.prompts", _prompts);
        _session?.SetTag("segmentation.session.superseded", _superseded);
        _session?.SetTag("segmentation.session.errors", _errors);
    }
}
