using System.Collections.Concurrent;
using Google.Rpc;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Segmentation.Projects.Configuration;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Storage;

namespace Segmentation.Projects.Pictures.Intake;

/// <summary>
/// Keeps tenants within their storage. A tenant's bytes are added up at most once a minute and counted on in between,
/// so that several processes may together pass the limit by what they add within a minute.
/// </summary>
internal sealed class TenantStorage(
    IProjectsDbFactory databases, IOptions<ProjectsOptions> options, TimeProvider clock)
{
    private static readonly TimeSpan _period = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Used> _used = new();

    /// <summary>Counts a file, or refuses it.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED with the numbers: the tenant's storage is full.</exception>
    public async Task TakeAsync(string tenant, long bytes, CancellationToken cancellationToken)
    {
        var limit = options.Value.TenantBytes;
        if (limit == 0)
        {
            return;
        }

        if (!_used.TryGetValue(tenant, out var used) || clock.GetUtcNow() - used.Since >= _period)
        {
            used = new Used(clock.GetUtcNow(), await SumAsync(tenant, cancellationToken));
            _used[tenant] = used;
        }

        var total = used.Add(bytes);
        if (total > limit)
        {
            used.Add(-bytes);
            throw Full(tenant, total - bytes, bytes, limit);
        }
    }

    /// <summary>Gives back what a file was counted by that was not stored after all.</summary>
    public void Return(string tenant, long bytes)
    {
        if (_used.TryGetValue(tenant, out var used))
        {
            used.Add(-bytes);
        }
    }

    private Task<long> SumAsync(string tenant, CancellationToken cancellationToken) => databases.ReadAsync(
        (db, token) => db.Pictures
            .Where(row => row.DeleteTime == null && row.SourceId == 0)
            .Where(row => db.Projects.Any(project => project.Id == row.ProjectId && project.Tenant == tenant))
            .SumAsync(row => row.SizeBytes, token),
        cancellationToken);

    private static RpcException Full(string tenant, long used, long bytes, long limit)
    {
        var message = $"The pictures of tenant '{tenant}' take {used} of {limit} bytes, and the file has {bytes}. "
            + "Delete pictures, or ask the operator for more (Segmentation:Projects:TenantBytes).";
        return ProjectProblem.Of(
            StatusCode.ResourceExhausted,
            "STORAGE_FULL",
            message,
            new QuotaFailure
            {
                Violations =
                {
                    new QuotaFailure.Types.Violation { Subject = $"tenant:{tenant}", Description = message },
                },
            });
    }

    private sealed class Used(DateTimeOffset since, long bytes)
    {
        private long _bytes = bytes;

        public DateTimeOffset Since => since;

        public long Add(long count) => Interlocked.Add(ref _bytes, count);
    }
}
