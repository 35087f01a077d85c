using Microsoft.AspNetCore.Diagnostics;
using Segmentation.Gateway.Errors;

namespace Segmentation.Gateway.Responses;

/// <summary>Words for what routing answers with a number alone.</summary>
internal static class StatusCodeProblems
{
    /// <summary>Writes a body for a status that has none.</summary>
    public static Task ExplainAsync(StatusCodeContext status)
    {
        var context = status.HttpContext;
        var what = $"{context.Request.Method} {ClientText.Quote(context.Request.Path.Value ?? "")}";
        var problem = context.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => Problem.Of(
                StatusCode.NotFound, "NO_SUCH_PATH", $"{what}: there is nothing here. /docs lists what there is."),
            StatusCodes.Status405MethodNotAllowed => Problem.Of(
                StatusCode.Unimplemented,
                HttpErrorReasons.MethodNotAllowed,
                $"{what}: this path has {context.Response.Headers.Allow} only. /docs lists what there is."),
            _ => null,
        };
        return problem is null ? Task.CompletedTask : new ProblemResult(problem).ExecuteAsync(context);
    }
}
