using Google.Protobuf.Reflection;
using Microsoft.Net.Http.Headers;
using Segmentation.Gateway.Answers;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Lifetime;
using Segmentation.Gateway.Segmenting;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Rest;

/// <summary>
/// Segment with a picture for an answer: the best mask of the first prompt, 255 inside and 0 outside.
/// </summary>
internal sealed class MaskImageRoute(
    UnarySegmentation unary, RestRequests requests, RestCalls calls, AnswerWatch watch, TimeProvider clock)
{
    /// <summary>Media type of the pictures.</summary>
    public const string Png = "image/png";

    private static readonly FieldDescriptor _imageId =
        SegmentRequest.Descriptor.FindFieldByNumber(SegmentRequest.ImageIdFieldNumber);

    private const string Method = "/segmentation.v1.SegmentationService/Segment";

    /// <summary>A request in the body; the image is the one of the path, where that names one.</summary>
    public Task<IResult> PostAsync(HttpContext context) => calls.RunAsync(context, Method, async () =>
    {
        var inPath = context.Request.RouteValues.ContainsKey(_imageId.Name) ? new[] { _imageId } : [];
        var read = await requests.ReadAsync(context, SegmentRequest.Descriptor, hasBody: true, inPath);
        var request = (SegmentRequest)read.OrThrow();

        // Nobody would see the others.
        while (request.Prompts.Count > 1)
        {
            request.Prompts.RemoveAt(request.Prompts.Count - 1);
        }

        request.Output ??= new OutputOptions();
        return await AnswerAsync(context, request);
    });

    /// <summary>A prompt in the query.</summary>
    public Task<IResult> GetAsync(HttpContext context, string id) => calls.RunAsync(context, Method, async () =>
    {
        var request = MaskQuery.Parse(context.Request.Query).OrThrow();
        request.ImageId = id;
        request.Output = new OutputOptions { Refinable = false };
        return await AnswerAsync(context, request);
    });

    private async Task<IResult> AnswerAsync(HttpContext context, SegmentRequest request)
    {
        request.Output.Formats.Clear();
        request.Output.Formats.Add(MaskFormat.Png);
        var outcome = await unary.SegmentAsync(
            Caller.Of(context),
            request,
            AnswerLimit.None,
            CallDeadline.Unlimited(clock),
            context.RequestAborted);
        var answer = outcome.OrThrow();
        context.Response.RegisterForDispose(answer);
        watch.Follow(context, answer.Held);
        var mask = answer.TakeFirst().Masks[0];
        context.Response.Headers.CacheControl = EntityTags.CacheControl;
        return Results.Bytes(mask.Png.Memory, Png, entityTag: new EntityTagHeaderValue($"\"{mask.Id}\""));
    }
}
