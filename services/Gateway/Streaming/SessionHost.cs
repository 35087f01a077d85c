using Grpc.Core;
using Microsoft.Extensions.Options;
using Segmentation.Gateway.Access;
using Segmentation.Gateway.Answers;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Lifetime;
using Segmentation.Gateway.Quotas;
using Segmentation.Gateway.Receiving;
using Segmentation.Gateway.Telemetry;
using Segmentation.Identity;
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
    OpenCalls calls,
    SessionCredential credential,
    GatewayMetrics metrics,
    IOptions<SessionOptions> options)
{
    /// <summary>
    /// Runs one session until its client is done, leaves, or the server drains. What carries the messages, a gRPC
    /// stream or a WebSocket, makes no difference.
    /// </summary>
    /// <exception cref="RpcException">
    /// RESOURCE_EXHAUSTED: too many sessions. UNAVAILABLE: shutting down. UNAUTHENTICATED: the credential was revoked,
    /// or has expired and no other one came.
    /// </exception>
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
            var isDone = await calls.RunAsync(
                caller,
                Scope.Segment,
                "SegmentStream",
                async (call, stop) =>
                {
                    var runner = new PromptRunner(decoder, answers, meter, caller, unexpected, metrics, options.Value);
                    using var session = new StreamSession(
                        call, credential, deadline, opener, runner, unexpected, metrics, options.Value);
                    return await session.RunAsync(requests, responses, intake, drain.Began, stop);
                },
                cancellationToken);
            if (!isDone)
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
