using Grpc.Core;
using Microsoft.Extensions.Options;
using Segmentation.Gateway.Answers;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Lifetime;
using Segmentation.Gateway.Quotas;
using Segmentation.Gateway.Receiving;
using Segmentation.Gateway.Telemetry;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Streaming;

/// <summary>Runs live sessions, as many as allowed.</summary>
internal sealed class SessionHost(
    ImageOpener opener,
    ReplayingDecoder decoder,
    AnswerBudget answers,
    UnexpectedErrors unexpected,
    ServerDrain drain,
    WorkMeter meter,
    TenantSessions open,
    GatewayMetrics metrics,
    IOptions<SessionOptions> options)
{
    /// <summary>
    /// Runs one session until its client is done, leaves, or the server drains. What carries the messages, a gRPC
    /// stream or a WebSocket, makes no difference.
    /// </summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: too many sessions. UNAVAILABLE: shutting down.</exception>
    public async Task RunAsync(
        Caller caller,
        CallDeadline deadline,
        IAsyncStreamReader<SegmentStreamRequest> requests,
        IAsyncStreamWriter<SegmentStreamResponse> responses,
        RequestIntake intake,
        CancellationToken cancellationToken)
    {
        if (open.Open(caller.Tenant) is { } tooMany)
        {
            throw tooMany.ToRpcException();
        }

        metrics.SessionOpened();
        try
        {
            var runner = new PromptRunner(decoder, answers, meter, caller, unexpected, metrics, options.Value);
            using var session = new StreamSession(
                caller, deadline, opener, runner, unexpected, metrics, options.Value);
            if (!await session.RunAsync(requests, responses, intake, drain.Began, cancellationToken))
            {
                throw ServerDrain.Ended().ToRpcException();
            }
        }
        finally
        {
            metrics.SessionClosed();
            open.Close(caller.Tenant);
        }
    }
}
