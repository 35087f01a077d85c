using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;
using Segmentation.Gateway.Contract;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Quotas;
using Segmentation.Gateway.Receiving;
using Segmentation.Gateway.Rest;

namespace Segmentation.Gateway.Projects;

/// <summary>Puts meters into the bodies of requests to projects. Bodies are passed on as they come, never held.</summary>
internal sealed class ProjectBodies(WorkMeter meter, IntakeRegistry intakes, TimeProvider clock)
{
    // A page of the picture at a time.
    private const int PieceBytes = 64 * 1024;

    /// <summary>Puts a meter into a request's body.</summary>
    public MeteredBody Put(HttpContext context, ProjectCall call, Caller caller)
    {
        if (call.IsUpload && context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }

        if (IsCallHere(context))
        {
            // The messages of a call are waited for, checked and accounted for by CheckedBody.
            var messages = new MeteredBody(context.Request.BodyReader, caller, meter, clock);
            context.Features.Set<IRequestBodyPipeFeature>(messages);
            return messages;
        }

        var arriving = new RequestBody(context.Request.BodyReader, intakes.Of(context));
        var reader = PipeReader.Create(arriving, new StreamPipeReaderOptions(bufferSize: PieceBytes, leaveOpen: true));
        var body = new MeteredBody(reader, caller, meter, clock);
        context.Request.Body = body.AsStream();
        context.Features.Set<IRequestBodyPipeFeature>(body);
        return body;
    }

    private static bool IsCallHere(HttpContext context) =>
        GrpcRequest.Is(context.Request) && context.GetEndpoint()?.Metadata.GetMetadata<StreamedBody>() is null;
}
