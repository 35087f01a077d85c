using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Segmentation.Projects.Errors;

namespace Segmentation.Projects.Storage;

/// <summary>
/// Degraded while the database does not answer. Not unhealthy: callers are told UNAVAILABLE with a time to try again,
/// which is more than they would hear if nobody were sent here.
/// </summary>
internal sealed class DatabaseHealth(IProjectsDbFactory factory, DatabaseStart start) : IHealthCheck
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!start.IsOpen)
        {
            return start.Problem is { } problem
                ? HealthCheckResult.Degraded(problem)
                : HealthCheckResult.Healthy("Opened with the first use of projects.");
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_patience);
        try
        {
            await using var db = factory.Open();
            await db.Projects.AnyAsync(project => project.Id == Guid.Empty, patience.Token);
            return HealthCheckResult.Healthy();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Degraded($"The database did not answer within {_patience.TotalSeconds} s.");
        }
        catch (Exception exception) when (DatabaseFailures.IsAway(exception))
        {
            return HealthCheckResult.Degraded("The database does not answer.", exception);
        }
    }
}
