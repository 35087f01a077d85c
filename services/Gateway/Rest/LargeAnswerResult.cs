using Segmentation.Gateway.Answers;
using Segmentation.Gateway.ProtoJson;
using Segmentation.Gateway.Segmenting;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Rest;

/// <summary>A large answer as JSON: prompt after prompt; each is released when its client has taken it.</summary>
internal sealed class LargeAnswerResult(LargeAnswer answer) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var taking = httpContext.RequestServices.GetRequiredService<AnswerWatch>().Begin(httpContext);
        httpContext.Response.ContentType = JsonForm.MediaType;
        var pipe = httpContext.Response.BodyWriter;
        using var writer = new MessageWriter(pipe) { Taken = taking.Take };
        await writer.WriteAsync(
            answer.Frame(),
            SegmentResponse.Descriptor.FindFieldByNumber(SegmentResponse.ResultsFieldNumber),
            answer.TakeResults(),
            httpContext.RequestAborted);
        await pipe.FlushAsync(httpContext.RequestAborted);
    }
}
