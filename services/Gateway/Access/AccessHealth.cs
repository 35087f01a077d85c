using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Segmentation.Identity.Keys;
using Segmentation.ServiceDefaults.Hosting;

namespace Segmentation.Gateway.Access;

/// <summary>
/// Degraded while everybody who reaches the server may use it, and while the keys file has a fault and the keys that were
/// read before stay in force.
/// </summary>
internal sealed class AccessHealth(
    Authenticator authenticator, IOptions<EndpointOptions> endpoints, IServiceProvider services) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Look());

    private HealthCheckResult Look()
    {
        if (services.GetService<IApiKeyStore>() is KeysFileStore { Problem: { } problem })
        {
            return HealthCheckResult.Degraded($"{problem} The keys that were read before stay in force.");
        }

        return AccessNotice.IsOpen(authenticator, endpoints.Value)
            ? HealthCheckResult.Degraded(AccessNotice.Anonymous)
            : HealthCheckResult.Healthy();
    }
}
