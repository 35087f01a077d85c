using Grpc.AspNetCore.Server;
using Grpc.Core;
using Segmentation.Common;
using Segmentation.Gateway.Access;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Quotas;
using Segmentation.Gateway.Rest;
using Segmentation.Gateway.Telemetry;
using Segmentation.Identity;

namespace Segmentation.Gateway.Projects;

/// <summary>
/// Runs before every endpoint of projects, whose service may be in this process or in another one: names the caller in
/// headers that no client can set, charges the call, ends it with its credential, counts it, and writes changes to the
/// audit log.
/// </summary>
internal sealed class ProjectStage(
    RequestDelegate next,
    WorkMeter meter,
    OpenCalls calls,
    AuditLog audit,
    UnexpectedErrors unexpected,
    GatewayMetrics metrics,
    ProjectBodies bodies)
{
    /// <summary>Advice for a body that is too large.</summary>
    public const string Remedy = "Send less in one request.";

    /// <summary>Handles a request.</summary>
    public Task InvokeAsync(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<ProjectCall>() is { } call ? RunAsync(context, call) : next(context);

    private async Task RunAsync(HttpContext context, ProjectCall call)
    {
        var caller = Caller.Of(context);
        context.Request.Headers[CallerHeaders.Tenant] = caller.Tenant;
        context.Request.Headers[CallerHeaders.Subject] = Uri.EscapeDataString(caller.Principal.Subject);
        var problem = meter.Charge(caller, call.Work);
        MeteredBody? body = null;
        if (problem is null)
        {
            body = bodies.Put(context, call, caller);
            problem = await AnswerAsync(context, call, caller);
            if (problem is not null)
            {
                meter.GiveBackUndone(caller, call.Work, problem);
            }
        }

        var hasLeft = context.RequestAborted.IsCancellationRequested;
        if (problem is not null)
        {
            await ProjectAnswer.EndAsync(context, problem);
        }

        var failure = problem ?? ProjectAnswer.FailureOf(context);
        if (body is null || context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is null)
        {
            // ErrorInterceptor counts calls that this process answers itself.
            metrics.Called(call.Name, hasLeft ? StatusCode.Cancelled : (StatusCode)(failure?.Code ?? 0));
        }

        if (call.Changes)
        {
            var target = $"{ProjectNames.Of(context, call, body)} {call.Name}";
            audit.Write(caller, AuditLog.ProjectChange, target, failure);
        }
    }

    /// <summary>Has the endpoint answer, for as long as the caller has a credential.</summary>
    /// <returns>How the call ends where the endpoint did not say so itself; null: it did.</returns>
    private async Task<RpcStatus?> AnswerAsync(HttpContext context, ProjectCall call, Caller caller)
    {
        var left = context.RequestAborted;
        try
        {
            return await calls.RunAsync<RpcStatus?>(
                caller,
                Scope.Projects,
                call.Name,
                async (open, token) =>
                {
                    context.RequestAborted = token;
                    await next(context);
                    return open.Problem;
                },
                left);
        }
        catch (RpcException exception)
        {
            return exception.GetRpcStatus() ?? unexpected.Report(exception, call.Name);
        }
        catch (Exception) when (left.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception exception) when (BodyProblems.Of(exception, Remedy) is { } problem)
        {
            return problem;
        }
        catch (Exception exception)
        {
            return unexpected.Report(exception, call.Name);
        }
        finally
        {
            context.RequestAborted = left;
        }
    }
}
