using Grpc.Core;
using Segmentation.Gateway.Everything;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Receiving;
using Segmentation.Gateway.Streaming;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Segmenting;

/// <summary>segmentation.v1.SegmentationService.</summary>
[BindServiceMethod(typeof(SegmentationMethods), nameof(SegmentationMethods.Bind))]
internal sealed class SegmentationEndpoint(
    UnarySegmentation unary, SessionHost sessions, EverythingStream everything, Intakes intakes, TimeProvider clock)
    : SegmentationService.SegmentationServiceBase
{
    public override async Task<SegmentResponse> Segment(SegmentRequest request, ServerCallContext context)
    {
        var (limit, time) = (AnswerLimit.Of(context), CallTime.Of(context, clock));
        var tenant = Tenant.Of(context);
        return (await unary.SegmentAsync(tenant, request, limit, time, context.CancellationToken)).OrThrow();
    }

    public override Task SegmentStream(
        IAsyncStreamReader<SegmentStreamRequest> requestStream,
        IServerStreamWriter<SegmentStreamResponse> responseStream,
        ServerCallContext context) =>
        sessions.RunAsync(
            Tenant.Of(context),
            CallTime.Of(context, clock),
            requestStream,
            responseStream,
            intakes.Of(context.GetHttpContext()),
            context.CancellationToken);

    public override Task SegmentEverything(
        SegmentEverythingRequest request,
        IServerStreamWriter<SegmentEverythingResponse> responseStream,
        ServerCallContext context) =>
        everything.RunAsync(
            Tenant.Of(context),
            request,
            intakes.Of(context.GetHttpContext()),
            responseStream,
            context.CancellationToken);
}
