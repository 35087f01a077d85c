using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Segmentation.Projects.Configuration;
using Segmentation.Projects.Errors;

namespace Segmentation.Projects.Storage;

/// <summary>
/// Degraded while the database does not answer. Not unhealthy: callers are told UNAVAILABLE with a time to try again,
/// which is more than they would hear if nobody were sent here. Unhealthy while the database answers and its tables are
/// not up to date: processes that started before may be able to serve. A host that has much else to do is degraded then.
/// </summary>
internal sealed class DatabaseHealth(
    IProjectsDbFactory factory, DatabaseStart start, IOptions<ProjectsOptions> options) : IHealthCheck
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
            if (!start.HasTables && (factory.IsSqlite || await db.Database.CanConnectAsync(patience.Token)))
            {
                return new HealthCheckResult(
                    options.Value.OpensWhenUsed ? HealthStatus.Degraded : HealthStatus.Unhealthy,
                    "The tables of projects are not up to date yet.");
            }

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
