using System.IO.Pipelines;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Http.Features;
using Segmentation.Gateway.Contract;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Responses;

namespace Segmentation.Gateway.Grpc;

/// <summary>
/// Gives a reason to statuses that come from the server library and not from a handler: a message that is cut, two
/// where one is expected, an encoding or a method that is not there. All that handlers answer has details already.
/// </summary>
internal sealed class GrpcStatuses(RequestDelegate next, CheckedBodies bodies)
{
    /// <summary>Handles a request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        if (!GrpcRequest.Is(context.Request))
        {
            await next(context);
            return;
        }

        var body = context.Request.BodyReader;
        var bytes = TextOf(context, body) ?? body;
        context.Features.Set<IRequestBodyPipeFeature>(
            context.GetEndpoint()?.Metadata.GetMetadata<StreamedBody>() is null
                ? new CheckedBody(bytes, context, CheckedMethods.RequestOf(MethodOf(context)), bodies)
                : new BodyFeature(bytes));
        await next(context);
        Explain(context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers);
        if (!context.Response.HasStarted)
        {
            Explain(context.Response.Headers);
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

    private static void Explain(IHeaderDictionary? headers)
    {
        if (headers is null or { IsReadOnly: true }
            || !int.TryParse(headers[GrpcStatusHeaders.Status], out var code)
            || code == (int)StatusCode.OK
            || headers.ContainsKey(GrpcStatusHeaders.Details))
        {
            return;
        }

        var message = Uri.UnescapeDataString(headers[GrpcStatusHeaders.Message].ToString());
        GrpcStatusHeaders.Write(headers, StatusOf((StatusCode)code, message));
    }

    /// <summary>A body as it comes.</summary>
    private sealed record BodyFeature(PipeReader Reader) : IRequestBodyPipeFeature;

    private static RpcStatus StatusOf(StatusCode code, string message) => code switch
    {
        StatusCode.Internal => Problem.Invalid(
            "body", $"It is no message of this method: {message}", "INVALID_MESSAGE"),
        StatusCode.ResourceExhausted => Problem.Of(
            code, "MESSAGE_TOO_LARGE", $"{message} Upload the image first and name it by its id."),
        StatusCode.Unimplemented when message.Contains("encoding", StringComparison.OrdinalIgnoreCase) =>
            Problem.Of(code, "UNSUPPORTED_ENCODING", message),
        StatusCode.Unimplemented => Problem.Of(
            code, "NO_SUCH_METHOD", $"{message} Reflection, and protos/segmentation/v1, list what there is."),
        StatusCode.DeadlineExceeded => Problem.Of(code, "EXPIRED", message),
        StatusCode.Cancelled => Problem.Of(code, "CANCELLED", message),
        _ => Problem.Of(code, "REFUSED", message),
    };
}
