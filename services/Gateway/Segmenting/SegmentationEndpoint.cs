using Grpc.Core;
using Segmentation.Gateway.Everything;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Streaming;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Segmenting;

/// <summary>segmentation.v1.SegmentationService.</summary>
[BindServiceMethod(typeof(SegmentationMethods), nameof(SegmentationMethods.Bind))]
internal sealed class SegmentationEndpoint(
    UnarySegmentation unary, SessionHost sessions, EverythingStream everything, TimeProvider clock)
    : SegmentationService.SegmentationServiceBase
{
    public override async Task<SegmentResponse> Segment(SegmentRequest request, ServerCallContext context)
    {
        var time = CallTime.Of(context, clock);
        return (await unary.SegmentAsync(Tenant.Of(context), request, time, context.CancellationToken)).OrThrow();
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
            context.CancellationToken);

    public override Task SegmentEverything(
        SegmentEverythingRequest request,
        IServerStreamWriter<SegmentEverythingResponse> responseStream,
        ServerCallContext context) =>
        everything.RunAsync(Tenant.Of(context), request, responseStream, context.CancellationToken);
}
