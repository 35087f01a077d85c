using Segmentation.Tests.Shared;

namespace Segmentation.Cluster.Tests;

/// <summary>
/// The cluster that a class of tests runs on, and the answers it gives while nobody disturbs it. Its Redis is Garnet,
/// which any machine can run, or what <c>SEGMENTATION_TEST_REDIS</c> names.
/// </summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    private readonly ClusterProcesses _processes = new(Redis, gateways: 2);

    internal static string Redis { get; } =
        Environment.GetEnvironmentVariable("SEGMENTATION_TEST_REDIS") is { Length: > 0 } program
            ? program
            : RedisProcess.Garnet;

    internal ClusterProcesses Processes => _processes;

    internal IReadOnlyList<string> Expected { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        if (!OperatingSystem.IsLinux())
        {
            RedisServer.Missing("Processes are started, killed and guarded with Linux' setsid and sh.");
        }

        await (await RedisServer.StartAsync(Redis, CancellationToken.None)).DisposeAsync();
        await _processes.StartAsync(CancellationToken.None);
        Expected = await LiveSession.RecordAsync(_processes.Channel, CancellationToken.None);
    }

    public ValueTask DisposeAsync() => _processes.DisposeAsync();
}
