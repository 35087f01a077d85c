using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Segmentation.Projects.Objects;

/// <summary>
/// Degraded while the object store does not answer: what is drawn is saved all the same, and pictures are not shown.
/// </summary>
internal sealed class ObjectStoreHealth(IObjectStore store) : IHealthCheck
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_patience);
        try
        {
            // Absent, which takes a store that answers to say.
            await store.FindAsync("health", patience.Token);
            return HealthCheckResult.Healthy("The object store answers.");
        }
        catch (Exception error) when (error is ObjectStoreException
            || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return HealthCheckResult.Degraded($"The object store does not answer: {error.Message}");
        }
    }
}
