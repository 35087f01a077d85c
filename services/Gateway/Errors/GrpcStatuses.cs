using System.IO.Pipelines;
using Google.Protobuf;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Http.Features;

namespace Segmentation.Gateway.Errors;

/// <summary>
/// Gives a reason to statuses that come from the server library and not from a handler: a message that is cut, two
/// where one is expected, an encoding or a method that is not there. All that handlers answer has details already.
/// </summary>
internal sealed class GrpcStatuses(RequestDelegate next)
{
    private const string ContentType = "application/grpc";

    // Requests of our own methods are checked before; those of health are read by the library.
    private const string Health = "/grpc.health.v1.Health";
    private const string StatusName = "grpc-status";
    private const string MessageName = "grpc-message";
    private const string DetailsName = "grpc-status-details-bin";

    /// <summary>Handles a request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        // Letters of either case, as the library takes them.
        if (context.Request.ContentType?.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase) != true)
        {
            await next(context);
            return;
        }

        var body = context.Request.BodyReader;
        var type = CheckedMethods.RequestOf(MethodOf(context));
        context.Features.Set<IRequestBodyPipeFeature>(new CheckedBody(TextOf(context, body) ?? body, type));
        await next(context);
        Explain(context.Request.Path, context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers);
        if (!context.Response.HasStarted)
        {
            Explain(context.Request.Path, context.Response.Headers);
        }
    }

    /// <summary>
    /// The method that was found for a request, <c>/package.Service/Method</c>; its path may be spelled otherwise.
    /// </summary>
    private static string MethodOf(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.FullName ?? "";

    /// <summary>The body as text; null where gRPC-Web put no reader of base64 before it.</summary>
    private static Base64Body? TextOf(HttpContext context, PipeReader body) =>
        context.Features.Get<IHttpRequestFeature>() is IRequestBodyPipeFeature { Reader: var text } && text != body
            ? new Base64Body(text)
            : null;

    private static void Explain(PathString path, IHeaderDictionary? headers)
    {
        if (headers is null or { IsReadOnly: true }
            || !int.TryParse(headers[StatusName], out var code)
            || code == (int)StatusCode.OK
            || headers.ContainsKey(DetailsName))
        {
            return;
        }

        var status = StatusOf((StatusCode)code, path, Uri.UnescapeDataString(headers[MessageName].ToString()));
        headers[StatusName] = $"{status.Code}";
        headers[MessageName] = Uri.EscapeDataString(status.Message);
        headers[DetailsName] = Convert.ToBase64String(status.ToByteArray()).TrimEnd('=');
    }

    private static RpcStatus StatusOf(StatusCode code, PathString path, string message) => code switch
    {
        StatusCode.Internal => Problem.Invalid(
            "body", $"It is no message of this method: {message}", "INVALID_MESSAGE"),
        StatusCode.ResourceExhausted => Problem.Of(
            code, "MESSAGE_TOO_LARGE", $"{message} Upload the image first and name it by its id."),
        StatusCode.Unimplemented when message.Contains("encoding", StringComparison.OrdinalIgnoreCase) =>
            Problem.Of(code, "UNSUPPORTED_ENCODING", message),
        StatusCode.Unimplemented => Problem.Of(
            code, "NO_SUCH_METHOD", $"{message} Reflection, and protos/segmentation/v1, list what there is."),
        StatusCode.Unknown when path.StartsWithSegments(Health) =>
            Problem.Invalid("body", "It is no message of this method.", "INVALID_MESSAGE"),
        StatusCode.DeadlineExceeded => Problem.Of(code, "EXPIRED", message),
        StatusCode.Cancelled => Problem.Of(code, "CANCELLED", message),
        _ => Problem.Of(code, "REFUSED", message),
    };
}
