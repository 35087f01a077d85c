using Microsoft.AspNetCore.Authorization;
using Segmentation.Gateway.Contract;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Responses;
using Segmentation.Identity;

namespace Segmentation.Gateway.Access;

/// <summary>
/// Lets requests through whose caller has the scope that the endpoint needs, and notes the caller for the stages after
/// this one. Looks at headers only: a stranger's body is not read.
/// </summary>
internal sealed class AccessStage(
    RequestDelegate next, Authenticator authenticator, RemoteAddress addresses, AccessRefusals refusals)
{
    /// <summary>Handles a request.</summary>
    public Task InvokeAsync(HttpContext context) =>
        context.GetEndpoint() is RouteEndpoint endpoint && !IsOpen(endpoint)
            ? CheckAsync(context, endpoint.Metadata.GetMetadata<NeedsAttribute>())
            : next(context);

    /// <summary>
    /// Tells whether an endpoint answers everybody: one that declares so, or that only says that there is no such
    /// method.
    /// </summary>
    public static bool IsOpen(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null
        || endpoint.RoutePattern.GetParameter("unimplementedMethod") is not null;

    private static Task RefuseAsync(HttpContext context, RpcStatus problem)
    {
        if (problem.Code == (int)StatusCode.Unauthenticated)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }

        if (!GrpcRequest.Is(context.Request))
        {
            return new ProblemResult(problem).ExecuteAsync(context);
        }

        context.Response.ContentType = context.Request.ContentType;
        GrpcStatusHeaders.Write(context.Response.Headers, problem);
        return Task.CompletedTask;
    }

    private async Task CheckAsync(HttpContext context, NeedsAttribute? needs)
    {
        var address = addresses.Of(context);
        if (needs is null)
        {
            await RefuseAsync(context, AccessProblems.NotOpen());
            return;
        }

        if (!(await authenticator.AuthenticateAsync(context)).TryGet(out var principal, out var problem))
        {
            var isGuess = Authenticator.BringsCredential(context);
            var known = context.Features.Get<Principal>();
            await RefuseAsync(context, known is null
                ? refusals.Note(address, NameOf(context), problem, isGuess)
                : refusals.Note(new Caller(known, context.Connection.Id, address), NameOf(context), problem));
            return;
        }

        var caller = new Caller(principal, context.Connection.Id, address);
        if (!principal.Has(needs.Scope))
        {
            problem = AccessProblems.ScopeMissing(needs.Scope);
            await RefuseAsync(context, refusals.Note(caller, NameOf(context), problem));
            return;
        }

        context.Features.Set(caller);
        await next(context);
    }

    /// <summary>
    /// The route and not the path, in which people put keys by mistake, and strangers whole pages of text.
    /// </summary>
    private static string NameOf(HttpContext context) =>
        $"{context.Request.Method} {(context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText}";
}
