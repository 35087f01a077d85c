using Google.Protobuf;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Images;

namespace Segmentation.Gateway.Rest;

/// <summary>Request bodies that are the JSON of a message.</summary>
internal sealed class JsonBody(IOptions<UploadOptions> uploads, UploadBudget budget)
{
    /// <summary>Room for everything besides an image.</summary>
    private const int Overhead = 1024 * 1024;

    /// <summary>Most bytes of a body: an image of the largest size in base64, and the rest.</summary>
    public long MaxBytes => (uploads.Value.MaxImageBytes / 3 * 4L) + Overhead;

    /// <summary>
    /// Checks what can be checked before the body is read, and reserves its size, of which an image in it is the most,
    /// until the request is over.
    /// </summary>
    /// <returns>Null, or what is wrong.</returns>
    public RpcStatus? Open(HttpContext context)
    {
        if (!context.Request.HasJsonContentType())
        {
            return Problem.Invalid(
                "Content-Type",
                $"{ImageId.Quote(context.Request.ContentType ?? "")}: send JSON with Content-Type: application/json.",
                Reasons.UnsupportedMediaType);
        }

        if (context.Request.ContentLength > MaxBytes)
        {
            return TooLarge($"{context.Request.ContentLength} bytes are over the limit of {MaxBytes} bytes.");
        }

        if (budget.TryReserve(context.Request.ContentLength ?? MaxBytes) is not { } room)
        {
            return budget.Exhausted();
        }

        context.Response.RegisterForDispose(room);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MaxBytes;
        }

        return null;
    }

    /// <summary>Reads a body whole.</summary>
    public async Task<Outcome<T>> ReadAsync<T>(HttpContext context)
        where T : class, IMessage, new()
    {
        if (Open(context) is { } problem)
        {
            return problem;
        }

        using var buffer = new MemoryStream((int)(context.Request.ContentLength ?? 0));
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        var json = buffer.GetBuffer().AsSpan(0, (int)buffer.Length);
        problem = JsonForm.Read(json, new T().Descriptor, "body", out var message);
        return problem is null ? (T)message! : problem;
    }

    /// <summary>A body over its limit.</summary>
    public static RpcStatus TooLarge(string message) => Problem.Invalid(
        "body",
        $"{message} Upload the image with POST /v1/images first and name it by its id.",
        Reasons.BodyTooLarge);
}
