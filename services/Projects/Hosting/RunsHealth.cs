using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Segmentation.Projects.Hosting;

/// <summary>
/// Health check: says that runs wait while the silo is no member. Annotating needs no silo and goes on.
/// </summary>
internal sealed class RunsHealth(ISiloStatusOracle members) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(members.CurrentStatus == SiloStatus.Active
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded($"Runs wait: the silo is {members.CurrentStatus}."));
}
