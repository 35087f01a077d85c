using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Segmentation.Decoder.Health;

/// <summary>Health check: ready for prompts from joining the cluster until the drain begins.</summary>
internal sealed class SiloReadiness(ISiloStatusOracle members, DrainState drain) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken) =>
        Task.FromResult(
            drain.HasBegun ? HealthCheckResult.Unhealthy("The silo is draining.")
            : members.CurrentStatus == SiloStatus.Active ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy($"The silo is {members.CurrentStatus}."));
}
