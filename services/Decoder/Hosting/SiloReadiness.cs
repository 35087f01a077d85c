using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Segmentation.Decoder.Hosting;

/// <summary>Whether gateways should send prompts here: from joining the cluster until the drain begins.</summary>
internal sealed class SiloReadiness : IHealthCheck
{
    private readonly ISiloStatusOracle _members;

    public SiloReadiness(ISiloStatusOracle members) => _members = members;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken) =>
        Task.FromResult(_members.CurrentStatus == SiloStatus.Active
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy($"The silo is {_members.CurrentStatus}."));
}
