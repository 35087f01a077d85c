using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Segmentation.Decoder.Hosting;

/// <summary>Whether gateways should send prompts here: from joining the cluster until the drain begins.</summary>
internal sealed class SiloReadiness : IHealthCheck
{
    private readonly ISiloStatusOracle _members;
    private readonly DrainState _drain;

    public SiloReadiness(ISiloStatusOracle members, DrainState drain)
    {
        _members = members;
        _drain = drain;
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken) =>
        Task.FromResult(
            _drain.HasBegun ? HealthCheckResult.Unhealthy("The silo is draining.")
            : _members.CurrentStatus == SiloStatus.Active ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy($"The silo is {_members.CurrentStatus}."));
}
