using Grpc.Core;
using Segmentation.Gateway.Answers;
using Segmentation.Gateway.Everything;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Lifetime;
using Segmentation.Gateway.Receiving;
using Segmentation.Gateway.Segmenting;
using Segmentation.Gateway.Streaming;
using Segmentation.Identity;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Grpc;

/// <summary>segmentation.v1.SegmentationService.</summary>
[BindServiceMethod(typeof(SegmentationMethods), nameof(SegmentationMethods.Bind))]
internal sealed class SegmentationEndpoint(
    UnarySegmentation unary,
    AnswerSender sender,
    SessionHost sessions,
    EverythingStream everything,
    IntakeRegistry intakes,
    AnswerWatch watch,
    TimeProvider clock)
    : SegmentationService.SegmentationServiceBase
{
    [Needs(Scope.Segment)]
    public override async Task<SegmentResponse> Segment(SegmentRequest request, ServerCallContext context)
    {
        var (limit, deadline) = (AnswerLimit.Of(context), CallDeadline.Of(context, clock));
        var caller = Caller.Of(context);
        var answer = (await unary.SegmentAsync(caller, request, limit, deadline, context.CancellationToken)).OrThrow();
        return await sender.SendAsync(answer, context);
    }

    [Needs(Scope.Segment)]
    public override Task SegmentStream(
        IAsyncStreamReader<SegmentStreamRequest> requestStream,
        IServerStreamWriter<SegmentStreamResponse> responseStream,
        ServerCallContext context) =>
        sessions.RunAsync(
            Caller.Of(context),
            CallDeadline.Of(context, clock),
            requestStream,
            new TimedWriter<SegmentStreamResponse>(responseStream, watch, context.GetHttpContext()),
            intakes.Of(context.GetHttpContext()),
            context.CancellationToken);

    [Needs(Scope.Everything)]
    public override Task SegmentEverything(
        SegmentEverythingRequest request,
        IServerStreamWriter<SegmentEverythingResponse> responseStream,
        ServerCallContext context) =>
        everything.RunAsync(
            Caller.Of(context),
            request,
            intakes.Of(context.GetHttpContext()),
            new TimedWriter<SegmentEverythingResponse>(responseStream, watch, context.GetHttpContext()),
            context.CancellationToken);
}
