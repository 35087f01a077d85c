using Segmentation.LoadTests.Systems;
using Segmentation.Tests.Shared;

namespace Segmentation.LoadTests.Attack;

/// <summary>The server that is attacked: processes of this machine, on loopback.</summary>
internal sealed class AttackedServer : IAsyncDisposable
{
    private const long Gibibyte = 1L << 30;

    private readonly List<IAsyncDisposable> _owned = [];
    private readonly List<(string Tier, Func<int> Id)> _processes = [];
    private readonly List<(string Tier, MemoryGroup Group)> _groups = [];

    private AttackedServer(AttackTarget target) => Target = target;

    /// <summary>Its ports.</summary>
    public AttackTarget Target { get; private set; }

    /// <summary>Lines of its log.</summary>
    public ServerLog Log { get; } = new();

    /// <summary>Process ids of our own programs.</summary>
    public IReadOnlyList<int> Processes => [.. _processes.Select(process => process.Id())];

    /// <summary>Names of the programs that have ended.</summary>
    public IEnumerable<string> Ended => _processes
        .Where(process => !Directory.Exists($"/proc/{process.Id()}")).Select(process => process.Tier);

    /// <summary>Groups with the limits of the chart, where they were wanted and could be made.</summary>
    public IReadOnlyList<(string Tier, MemoryGroup Group)> Groups => _groups;

    /// <summary>Why there are no groups though they were wanted; null where there are.</summary>
    public string? NoGroups { get; private set; }

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <param name="name"><see cref="SpawnedSystem.Standalone"/> or <see cref="SpawnedSystem.Cluster"/>.</param>
    /// <param name="hasLimits">The chart's limits on memory: gateway 2 GiB, encoder and silo 4 GiB.</param>
    /// <param name="identity">Gives the server its keys.</param>
    /// <param name="cancellationToken">Ends starting.</param>
    public static async Task<AttackedServer> StartAsync(
        string name, bool hasLimits, AttackIdentity identity, CancellationToken cancellationToken)
    {
        var server = new AttackedServer(
            new AttackTarget(new Uri("http://127.0.0.1"), new Uri("http://127.0.0.1"), identity));
        try
        {
            await (name == SpawnedSystem.Standalone
                ? server.StartStandaloneAsync(cancellationToken)
                : server.StartClusterAsync(hasLimits, cancellationToken));
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var owned in _owned)
        {
            await owned.DisposeAsync();
        }

        _groups.ForEach(group => group.Group.Dispose());
    }

    private async Task StartStandaloneAsync(CancellationToken cancellationToken)
    {
        var (grpc, http) = (Repository.FreePort(), Repository.FreePort());
        var process = new ServiceProcess(
            "Standalone",
            http,
            [$"Endpoints:GrpcPort={grpc}", $"Endpoints:HttpPort={http}", .. Target.Identity.Options])
        { OnLine = Log.Read };
        _owned.Add(process);
        await process.StartAsync(cancellationToken);
        _processes.Add(("standalone", () => process.Id));
        Target = Target with { Grpc = new Uri($"http://127.0.0.1:{grpc}"), Http = process.Address };
    }

    private async Task StartClusterAsync(bool hasLimits, CancellationToken cancellationToken)
    {
        var cluster = new ClusterProcesses(
            RedisProcess.Garnet, silos: 1, encoders: 1, options: Target.Identity.Options);
        _owned.Add(cluster);
        (string Tier, ServiceProcess Process, long Limit)[] tiers =
        [
            ("gateway", cluster.Gateway, 2 * Gibibyte),
            ("encoder", cluster.Encoders[0], 4 * Gibibyte),
            ("silo", cluster.Silos[0], 4 * Gibibyte),
        ];
        foreach (var (tier, process, limit) in tiers)
        {
            process.OnLine = Log.Read;
            _processes.Add((tier, () => process.Id));
            if (!hasLimits || NoGroups is not null)
            {
                continue;
            }

            if (MemoryGroup.TryCreate($"{tier}-{process.Address.Port}", limit, out var problem) is { } group)
            {
                process.Starter = group.Starter;
                _groups.Add((tier, group));
            }
            else
            {
                NoGroups = problem;
            }
        }

        await cluster.StartAsync(cancellationToken);
        Target = Target with
        {
            Grpc = new Uri($"http://{cluster.Channel.Target}"),
            Http = cluster.Gateway.Address,
        };
    }
}
