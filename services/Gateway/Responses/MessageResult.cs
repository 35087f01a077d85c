using Google.Protobuf;
using Segmentation.Gateway.ProtoJson;

namespace Segmentation.Gateway.Responses;

/// <summary>A message as JSON, sent while it is written.</summary>
internal sealed class MessageResult(IMessage message) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        if (!httpContext.Response.HasStarted)
        {
            httpContext.Response.ContentType = JsonForm.MediaType;
        }

        using var writer = new MessageWriter(httpContext.Response.BodyWriter);
        await writer.WriteAsync(message, httpContext.RequestAborted);
        await httpContext.Response.BodyWriter.FlushAsync(httpContext.RequestAborted);
    }
}
