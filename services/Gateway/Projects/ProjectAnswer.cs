using Microsoft.AspNetCore.Http.Features;
using Segmentation.Gateway.Contract;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Responses;

namespace Segmentation.Gateway.Projects;

/// <summary>Ends answers of projects with a status, in the form of their protocol.</summary>
internal static class ProjectAnswer
{
    /// <summary>
    /// Ends an answer with a problem: as a call's status, as JSON, or as the last line of a stream that has begun. An
    /// answer of a known length that has begun can only be cut off.
    /// </summary>
    public static Task EndAsync(HttpContext context, RpcStatus problem)
    {
        if (!GrpcRequest.Is(context.Request))
        {
            if (context.Response.HasStarted && context.Response.ContentLength is not null)
            {
                context.Abort();
                return Task.CompletedTask;
            }

            return new ProblemResult(problem).ExecuteAsync(context);
        }

        if (context.Response.HasStarted)
        {
            if (context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers is { IsReadOnly: false } trailers)
            {
                GrpcStatusHeaders.Write(trailers, problem);
            }

            return Task.CompletedTask;
        }

        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentType = context.Request.ContentType;
        context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers.Clear();
        GrpcStatusHeaders.Write(context.Response.Headers, problem);
        return Task.CompletedTask;
    }

    /// <summary>The status of an answer that the service itself made; null when it is none of an error.</summary>
    public static RpcStatus? FailureOf(HttpContext context)
    {
        if (!GrpcRequest.Is(context.Request))
        {
            var number = context.Response.StatusCode;
            return number < StatusCodes.Status400BadRequest
                ? null
                : Problem.Of(HttpStatuses.CodeOf(number), $"HTTP_{number}", "");
        }

        var headers = context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers;
        if (headers?.ContainsKey(GrpcStatusHeaders.Status) != true)
        {
            headers = context.Response.Headers;
        }

        if (!int.TryParse(headers[GrpcStatusHeaders.Status], out var code) || code == (int)StatusCode.OK)
        {
            return null;
        }

        return DetailsOf(headers) ?? new RpcStatus { Code = code };
    }

    private static RpcStatus? DetailsOf(IHeaderDictionary headers)
    {
        try
        {
            var text = headers[GrpcStatusHeaders.Details].ToString();
            return text.Length == 0
                ? null
                : RpcStatus.Parser.ParseFrom(Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '=')));
        }
        catch (Exception exception) when (exception is FormatException or Google.Protobuf.InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
