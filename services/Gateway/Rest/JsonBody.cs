using Google.Protobuf;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Images;
using Segmentation.Gateway.ProtoJson;

namespace Segmentation.Gateway.Rest;

/// <summary>Request bodies that are the JSON of a message.</summary>
internal sealed class JsonBody(IOptions<UploadOptions> uploads, UploadBudget budget)
{
    /// <summary>Room for everything besides an image.</summary>
    private const int Overhead = 1024 * 1024;

    /// <summary>Taken before the first byte has come, whatever was announced.</summary>
    private const int FirstBytes = 64 * 1024;

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
                $"{ClientText.Quote(context.Request.ContentType ?? "")}: send JSON with Content-Type: application/json.",
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
    /// <param name="context">The request.</param>
    /// <param name="type">The message that the body should be.</param>
    public async Task<Outcome<IMessage>> ReadAsync(HttpContext context, MessageDescriptor type)
    {
        if (Open(context) is { } problem)
        {
            return problem;
        }

        using var buffer = new MemoryStream((int)Math.Min(context.Request.ContentLength ?? 0, FirstBytes));
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        problem = JsonForm.Read(buffer.GetBuffer().AsSpan(0, (int)buffer.Length), type, "body", out var message);
        return problem is null ? Outcome<IMessage>.From(message!) : problem;
    }

    /// <summary>A body over its limit.</summary>
    public static RpcStatus TooLarge(string message) => Problem.Invalid(
        "body",
        $"{message} Upload the image with POST /v1/images first and name it by its id.",
        Reasons.BodyTooLarge);
}
