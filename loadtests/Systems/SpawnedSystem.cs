using System.CommandLine;
using Grpc.Net.Client;
using Segmentation.Tests.Shared;

namespace Segmentation.LoadTests.Systems;

/// <summary>The system in processes of its own.</summary>
internal sealed class SpawnedSystem : IAsyncDisposable
{
    /// <summary>All tiers in one process.</summary>
    public const string Standalone = "standalone";

    /// <summary>Each tier in a process of its own: gateway, silo, encoder and two Redis.</summary>
    public const string Cluster = "cluster";

    private readonly IAsyncDisposable _processes;
    private readonly Func<long> _memory;

    private SpawnedSystem(
        string name,
        IAsyncDisposable processes,
        GrpcChannel channel,
        Func<long> memory,
        IReadOnlyList<(string Tier, Uri Operators)> decoding) =>
        (Name, _processes, Channel, _memory, Decoding) = (name, processes, channel, memory, decoding);

    /// <summary>What was started.</summary>
    public string Name { get; }

    /// <summary>A connection to it.</summary>
    public GrpcChannel Channel { get; }

    /// <summary>The same port, for clients that make their own channel.</summary>
    public Uri Address => new($"http://{Channel.Target}");

    /// <summary>The processes that a click goes through, and their operators' ports.</summary>
    public IReadOnlyList<(string Tier, Uri Operators)> Decoding { get; }

    /// <summary>Physical memory of our processes now, in bytes.</summary>
    public long Memory => _memory();

    /// <summary>The option that says what to start.</summary>
    public static Option<string[]> Option(params string[] names)
    {
        var spawn = new Option<string[]>("--spawn")
        {
            Description = "What to start and click on: standalone, cluster (gateway, silo, encoder, two Redis), or both.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => names,
        };
        spawn.AcceptOnlyFromAmong(Standalone, Cluster);
        return spawn;
    }

    /// <summary>Starts it and waits until it is ready.</summary>
    public static async Task<SpawnedSystem> StartAsync(
        string name, CancellationToken cancellationToken, int silos = 1, params string[] options)
    {
        if (name == Standalone)
        {
            var process = await StandaloneProcess.StartAsync(cancellationToken, options);
            return new SpawnedSystem(
                name, process, process.Channel, () => process.Memory().Now, [("process", process.Operators)]);
        }

        var cluster = new ClusterProcesses(RedisProcess.Garnet, silos, encoders: 1, options: options);
        await cluster.StartAsync(cancellationToken);
        ServiceProcess[] ours = [.. cluster.Silos, .. cluster.Encoders, cluster.Gateway];
        return new SpawnedSystem(
            name,
            cluster,
            cluster.Channel,
            () => ours.Sum(process => MemoryOf(process.Id)),
            [("gateway", cluster.Gateway.Operators), .. cluster.Silos.Select(silo => ("silo", silo.Operators))]);
    }

    public ValueTask DisposeAsync() => _processes.DisposeAsync();

    private static long MemoryOf(int id)
    {
        using var process = System.Diagnostics.Process.GetProcessById(id);
        return process.WorkingSet64;
    }
}
