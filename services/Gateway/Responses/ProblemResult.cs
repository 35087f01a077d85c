using Segmentation.Gateway.Errors;
using HttpResponse = Microsoft.AspNetCore.Http.HttpResponse;

namespace Segmentation.Gateway.Responses;

/// <summary>
/// A google.rpc.Status as JSON, with the HTTP status that goes with it and Retry-After where it has a delay. An answer
/// that has begun, a stream of lines, ends with it.
/// </summary>
internal sealed class ProblemResult(RpcStatus problem) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (!httpContext.Response.HasStarted)
        {
            httpContext.Response.StatusCode = HttpStatuses.Of(problem);
            AddRetryAfter(httpContext.Response, problem);
        }

        return new MessageResult(problem).ExecuteAsync(httpContext);
    }

    /// <summary>Says in a header when to try again; whole seconds, rounded up.</summary>
    public static void AddRetryAfter(HttpResponse response, RpcStatus problem)
    {
        if (Problem.RetryAfter(problem) is { } delay)
        {
            response.Headers.RetryAfter = $"{Math.Ceiling(delay.TotalSeconds):0}";
        }
    }
}
