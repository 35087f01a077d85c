using Microsoft.Extensions.Diagnostics.HealthChecks;
using Segmentation.Identity.Quotas;

namespace Segmentation.Gateway.Quotas;

/// <summary>Degraded while quotas are not settled with the other gateways.</summary>
internal sealed class QuotaHealth(QuotaLedger ledger) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(ledger.IsAlone
            ? HealthCheckResult.Degraded(
                "Quotas are not settled with the other gateways: Redis is away, and each gateway allows its share.")
            : HealthCheckResult.Healthy());
}
