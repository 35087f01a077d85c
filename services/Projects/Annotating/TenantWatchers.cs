using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Segmentation.Projects.Configuration;
using Segmentation.Projects.Errors;

namespace Segmentation.Projects.Annotating;

/// <summary>Counts the open watches of each tenant in this process, and bounds them.</summary>
internal sealed class TenantWatchers(IOptions<ProjectsOptions> options, AnnotatingMetrics metrics)
{
    private readonly AnnotatingMetrics _metrics = metrics;
    private readonly ConcurrentDictionary<string, int> _open = new();

    /// <summary>Begins a watch; disposing ends it.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: the tenant has as many as are allowed.</exception>
    public IDisposable Begin(string tenant)
    {
        var most = options.Value.MaxWatchersPerTenant;
        if (_open.AddOrUpdate(tenant, 1, (_, count) => count + 1) > most)
        {
            End(tenant);
            throw ProjectProblem.Of(
                StatusCode.ResourceExhausted,
                "TOO_MANY_WATCHERS",
                $"{most} watches of pictures are open, the most that one tenant may have in one process. End some, or "
                    + "try again after the delay in RetryInfo.",
                new RetryInfo { RetryDelay = Duration.FromTimeSpan(TimeSpan.FromSeconds(5)) });
        }

        _metrics.WatchBegan();
        return new Watcher(this, tenant);
    }

    private void End(string tenant)
    {
        if (_open.AddOrUpdate(tenant, 0, (_, count) => count - 1) == 0)
        {
            _open.TryRemove(new(tenant, 0));
        }
    }

    private sealed class Watcher(TenantWatchers owner, string tenant) : IDisposable
    {
        public void Dispose()
        {
            owner.End(tenant);
            owner._metrics.WatchEnded();
        }
    }
}
