using Google.Protobuf;

namespace Segmentation.Gateway.Rest;

/// <summary>A message as JSON.</summary>
internal sealed class MessageResult(IMessage message) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var json = JsonForm.Write(message);
        httpContext.Response.ContentType = JsonForm.MediaType;
        await httpContext.Response.Body.WriteAsync(json, httpContext.RequestAborted);
    }
}
