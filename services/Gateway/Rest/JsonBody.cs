using Google.Protobuf;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.ProtoJson;
using Segmentation.Gateway.Receiving;
using Segmentation.Gateway.Responses;

namespace Segmentation.Gateway.Rest;

/// <summary>Request bodies that are the JSON of a message.</summary>
internal sealed class JsonBody(IOptions<UploadOptions> uploads, IntakeRegistry intakes)
{
    /// <summary>Advice for a body that is too large.</summary>
    public const string Remedy = "Upload the image with POST /v1/images first and name it by its id.";

    private long MaxBytes => uploads.Value.MaxJsonBytes;

    /// <summary>Checks what can be checked before the body is read.</summary>
    /// <returns>Null, or what is wrong.</returns>
    public RpcStatus? Open(HttpContext context)
    {
        if (!context.Request.HasJsonContentType())
        {
            return Problem.Invalid(
                "Content-Type",
                $"{ClientText.Quote(context.Request.ContentType ?? "")}: send JSON with Content-Type: application/json.",
                HttpErrorReasons.UnsupportedMediaType);
        }

        return Bound(context, Remedy);
    }

    /// <summary>Bounds a body that is read whole.</summary>
    /// <param name="context">The request.</param>
    /// <param name="remedy">Advice for a body that is too large, as a sentence.</param>
    /// <returns>Null, or why the body is not read.</returns>
    public RpcStatus? Bound(HttpContext context, string remedy)
    {
        if (context.Request.ContentLength > MaxBytes)
        {
            return BodyProblems.TooLarge(
                $"{context.Request.ContentLength} bytes are over the limit of {MaxBytes} bytes.", remedy);
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MaxBytes;
        }

        return null;
    }

    /// <summary>
    /// Reads a body whole. What has come is charged to the request, until it is over: an image in it is the most of it.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="type">The message that the body should be.</param>
    public async Task<Outcome<IMessage>> ReadAsync(HttpContext context, MessageDescriptor type)
    {
        if (Open(context) is { } problem)
        {
            return problem;
        }

        var intake = intakes.Of(context);
        using var buffer = new ReceivedBytes(intake.TryHold);
        if (await CopyAsync(context, intake, buffer, new JsonScanner()) is { } refusal)
        {
            return refusal;
        }

        problem = JsonForm.Read(buffer.Join().Span, type, "body", out var message);
        return problem is null ? Outcome<IMessage>.From(message!) : problem;
    }

    /// <summary>Takes a body as it arrives.</summary>
    /// <param name="context">The request.</param>
    /// <param name="intake">The request's intake.</param>
    /// <param name="buffer">Receives the bytes.</param>
    /// <param name="scanner">Bounds JSON; null for other bodies.</param>
    /// <returns>Null, or why no more of it is read.</returns>
    public static async Task<RpcStatus?> CopyAsync(
        HttpContext context, RequestIntake intake, ReceivedBytes buffer, JsonScanner? scanner)
    {
        var body = context.Request.BodyReader;
        while (true)
        {
            var read = await intake.ReadAsync(body, context.RequestAborted);
            intake.Arrived(read.Buffer.Length);
            foreach (var segment in read.Buffer)
            {
                if (scanner?.Scan(segment.Span) is { } refusal)
                {
                    body.AdvanceTo(read.Buffer.End);
                    return Problem.Invalid(refusal.Field!, refusal.Why, HttpErrorReasons.BodyTooLarge);
                }

                if (!buffer.TryAppend(segment.Span))
                {
                    body.AdvanceTo(read.Buffer.End);
                    return intake.Exhausted();
                }
            }

            body.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return null;
            }
        }
    }
}
