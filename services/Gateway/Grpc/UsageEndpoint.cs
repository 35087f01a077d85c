using Grpc.Core;
using Segmentation.Common.Budgets;
using Segmentation.Gateway.Everything;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Quotas;
using Segmentation.Gateway.Streaming;
using Segmentation.Identity;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Grpc;

/// <summary>segmentation.v1.UsageService.</summary>
[BindServiceMethod(typeof(UsageMethods), nameof(UsageMethods.Bind))]
internal sealed class UsageEndpoint(
    WorkMeter meter, TenantSessions sessions, SearchRegistry searches, TenantBytes bytes) : UsageService.UsageServiceBase
{
    [Needs(Scope.None)]
    public override async Task<Usage> GetUsage(GetUsageRequest request, ServerCallContext context)
    {
        var caller = Caller.Of(context);
        var tenant = caller.Tenant;
        var usage = new Usage
        {
            Tenant = tenant,
            Sessions = BoundOf(sessions.Of(tenant), sessions.Limit > 0 ? sessions.Limit : null),
            Searches = BoundOf(searches.CountOf(tenant), searches.LimitOfTenant),
            BytesInFlight = BoundOf(bytes.HeldBy(tenant), bytes.Limit),
            Weights = new UnitWeights
            {
                Image = meter.UnitsOf(Work.Image),
                Prompt = meter.UnitsOf(Work.Prompt),
                Point = meter.UnitsOf(new Work(Points: 1)),
                Crop = meter.UnitsOf(new Work(Crops: 1)),
                ProjectRead = meter.UnitsOf(Work.ProjectRead),
                ProjectChange = meter.UnitsOf(Work.ProjectChange),
                ProjectMegabyte = meter.UnitsOf(Work.ProjectMegabyte),
            },
        };
        if (await meter.ReadAsync(caller, context.CancellationToken) is var (quota, state))
        {
            usage.Units = new UnitQuota
            {
                UnitsPerSecond = quota.UnitsPerSecond,
                Burst = quota.Burst,
                Available = state.Available,
                UsedToday = state.UsedToday,
            };
        }

        return usage;
    }

    private static Bound BoundOf(long used, long? limit)
    {
        var bound = new Bound { Used = (ulong)used };
        if (limit is { } most)
        {
            bound.Limit = (ulong)most;
        }

        return bound;
    }
}

/// <summary>Binds the service's methods.</summary>
internal static class UsageMethods
{
    /// <summary>Called by the framework for the routes of <see cref="UsageEndpoint"/>.</summary>
    public static void Bind(ServiceBinderBase binder, UsageService.UsageServiceBase? service) =>
        UsageService.BindService(new CheckedMethods(binder), service!);
}
