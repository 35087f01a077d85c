using System.Text.Encodings.Web;
using Google.Protobuf;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Rest;
using Segmentation.Identity;

namespace Segmentation.Gateway.Identity;

/// <summary>
/// Lets requests through whose caller has the right that the endpoint needs, and notes the caller for what follows. Looks
/// at headers only: a stranger's body is not read.
/// </summary>
internal sealed class AccessStage(RequestDelegate next, Authenticator authenticator)
{
    /// <summary>Handles a request.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        var endpoint = context.GetEndpoint();
        return endpoint is null || endpoint.Metadata.GetMetadata<OpenToAllAttribute>() is not null
            ? next(context)
            : CheckAsync(context, endpoint.Metadata.GetMetadata<NeedsAttribute>());
    }

    private static RpcStatus Missing(Scope scope) => Problem.Of(
        StatusCode.PermissionDenied,
        "SCOPE_MISSING",
        $"The credential lacks the scope '{Scopes.NamesOf(scope)[0]}'.");

    private static Task RefuseAsync(HttpContext context, RpcStatus problem)
    {
        if (problem.Code == (int)StatusCode.Unauthenticated)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }

        var type = context.Request.ContentType;
        if (type?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) != true)
        {
            return new ProblemResult(problem).ExecuteAsync(context);
        }

        // As gRPC says it when there is nothing but a status: in the headers.
        context.Response.ContentType = type;
        context.Response.Headers["grpc-status"] = $"{problem.Code}";
        context.Response.Headers["grpc-message"] = UrlEncoder.Default.Encode(problem.Message);
        context.Response.Headers["grpc-status-details-bin"] =
            Convert.ToBase64String(problem.ToByteArray()).TrimEnd('=');
        return Task.CompletedTask;
    }

    private async Task CheckAsync(HttpContext context, NeedsAttribute? needs)
    {
        if (needs is null)
        {
            await RefuseAsync(context, Problem.Of(
                StatusCode.PermissionDenied, "NOT_OPEN", "This route is open to nobody: it declares no right."));
            return;
        }

        if (!(await authenticator.AuthenticateAsync(context)).TryGet(out var principal, out var problem))
        {
            await RefuseAsync(context, problem);
            return;
        }

        if (!principal.Has(needs.Scope))
        {
            await RefuseAsync(context, Missing(needs.Scope));
            return;
        }

        context.Features.Set(principal);
        await next(context);
    }
}
