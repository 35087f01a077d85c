namespace Segmentation.Tests.Shared;

/// <summary>Something that happens to a cluster's processes.</summary>
/// <param name="Name">For commands and reports.</param>
/// <param name="HappensAsync">What happens, the n-th time; completes when everything runs again.</param>
/// <param name="IsUnnoticed">Live sessions go on; false where it ends their connection.</param>
/// <param name="MayRefuse">
/// Nothing of a kind is left for some time: what needs it succeeds, or is UNAVAILABLE with RetryInfo.
/// </param>
internal sealed record Disturbance(
    string Name,
    Func<ClusterProcesses, int, CancellationToken, Task> HappensAsync,
    bool IsUnnoticed = true,
    bool MayRefuse = false)
{
    /// <summary>Length of a process's hang, too short to be noticed: nothing but the wait is felt.</summary>
    private static readonly TimeSpan _hanging = TimeSpan.FromSeconds(3);

    /// <summary>All that are known.</summary>
    public static IReadOnlyList<Disturbance> All { get; } =
    [
        new("silo-kill", (cluster, n, cancel) => KillAsync(cluster.Silos[n % cluster.Silos.Count], cancel)),
        new("silo-drain", (cluster, n, cancel) => RestartAsync(cluster.Silos[n % cluster.Silos.Count], cancel)),
        new("silo-rolling", async (cluster, _, cancel) =>
        {
            foreach (var silo in cluster.Silos)
            {
                await RestartAsync(silo, cancel);
            }
        }),
        new("encoder-kill", (cluster, n, cancel) => KillAsync(cluster.Encoders[n % cluster.Encoders.Count], cancel)),
        new("encoder-drain", (cluster, n, cancel) =>
            RestartAsync(cluster.Encoders[n % cluster.Encoders.Count], cancel)),
        new("encoder-hang", (cluster, n, cancel) => HangAsync([cluster.Encoders[n % cluster.Encoders.Count]], cancel)),
        new("encoder-outage", (cluster, n, cancel) => EndAllAsync(cluster.Encoders, n, cancel), MayRefuse: true),
        new("silo-outage", (cluster, n, cancel) => EndAllAsync(cluster.Silos, n, cancel), MayRefuse: true),
        new("cache-kill", (cluster, _, cancel) => KillAsync(cluster.Cache, cancel)),
        new("members-kill", (cluster, _, cancel) => KillAsync(cluster.Members, cancel)),
        new("gateway-kill", (cluster, _, cancel) => KillAsync(cluster.Gateway, cancel), IsUnnoticed: false),
    ];

    /// <summary>The one of a name.</summary>
    public static Disturbance Of(string name) => All.Single(disturbance => disturbance.Name == name);

    private static async Task KillAsync(ServiceProcess service, CancellationToken cancellationToken)
    {
        await service.KillAsync();
        await service.StartAsync(cancellationToken);
    }

    private static async Task KillAsync(RedisProcess redis, CancellationToken cancellationToken)
    {
        await redis.KillAsync();
        await redis.StartAsync(cancellationToken);
    }

    private static async Task RestartAsync(ServiceProcess service, CancellationToken cancellationToken)
    {
        await service.TerminateAsync(cancellationToken);
        await service.StartAsync(cancellationToken);
    }

    /// <summary>All of a kind, and one of them, are killed, told to end, and hang, in turn.</summary>
    private static async Task EndAllAsync(
        IReadOnlyList<ServiceProcess> services, int n, CancellationToken cancellationToken)
    {
        const int Ways = 3;
        var some = n / Ways % 2 == 0 ? services : [services[n % services.Count]];
        await ((n % Ways) switch
        {
            0 => Task.WhenAll(some.Select(service => KillAsync(service, cancellationToken))),
            1 => Task.WhenAll(some.Select(service => RestartAsync(service, cancellationToken))),
            _ => HangAsync(some, cancellationToken),
        });
    }

    private static async Task HangAsync(IReadOnlyList<ServiceProcess> services, CancellationToken cancellationToken)
    {
        await Task.WhenAll(services.Select(service => service.PauseAsync()));
        await Task.Delay(_hanging, cancellationToken);
        await Task.WhenAll(services.Select(service => service.ResumeAsync()));
    }
}
