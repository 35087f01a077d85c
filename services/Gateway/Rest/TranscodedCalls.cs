using Grpc.Core;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Segmentation.Gateway.Telemetry;

namespace Segmentation.Gateway.Rest;

/// <summary>
/// What transcoding leaves open: bodies of another kind or with fields that nobody knows are refused in words, answers
/// about an image have an ETag, errors the headers that HTTP has for them.
/// </summary>
internal sealed class TranscodedCalls(
    RequestDelegate next, JsonBody bodies, EntityTags tags, GatewayMetrics metrics)
{
    /// <summary>
    /// Longest body that is read ahead, to say where it is wrong: transcoding says that it is, and skips fields that it
    /// does not know. Longer ones hold an image, and are read once.
    /// </summary>
    private const int ReadAhead = 256 * 1024;

    private static readonly object _problem = new();

    /// <summary>Handles a request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>() is not { } rest)
        {
            await next(context);
            return;
        }

        if (rest.HttpRule.Body.Length > 0 && await CheckAsync(context, rest) is { } problem)
        {
            Count((StatusCode)problem.Code);
            await new ProblemResult(problem).ExecuteAsync(context);
        }
        else if (await tags.TryAnswerAsync(context, rest.MethodDescriptor))
        {
            Count(StatusCode.OK);
        }
        else
        {
            context.Response.OnStarting(() => CompleteHeaders(context));
            await next(context);
        }

        // What is answered here never becomes a call, and is a request of its method all the same.
        void Count(StatusCode code) =>
            metrics.Called($"/{rest.MethodDescriptor.Service.FullName}/{rest.MethodDescriptor.Name}", code);
    }

    /// <summary>Notes the error of a call for its headers.</summary>
    public static void Failed(ServerCallContext call, RpcException exception)
    {
        var context = call.GetHttpContext();
        if (context.GetEndpoint()?.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>() is not null)
        {
            context.Items[_problem] = exception.GetRpcStatus();
        }
    }

    private static Task CompleteHeaders(HttpContext context)
    {
        if (context.Items[_problem] is RpcStatus problem && context.Response.StatusCode >= 400)
        {
            context.Response.StatusCode = HttpStatuses.Of(problem);
            ProblemResult.AddRetryAfter(context.Response, problem);
        }

        return Task.CompletedTask;
    }

    private async Task<RpcStatus?> CheckAsync(HttpContext context, GrpcJsonTranscodingMetadata rest)
    {
        if (bodies.Open(context) is { } problem)
        {
            return problem;
        }

        if (context.Request.ContentLength is not <= ReadAhead)
        {
            return null;
        }

        var body = new byte[(int)context.Request.ContentLength];
        await context.Request.Body.ReadExactlyAsync(body, context.RequestAborted);
        context.Request.Body = new MemoryStream(body, writable: false);
        return JsonForm.Read(body, rest.MethodDescriptor.InputType, "body", out _);
    }
}
