using Segmentation.Tests.Shared;

namespace Segmentation.Cluster.Tests;

/// <summary>
/// The cluster that a class of tests runs on, and the answers it gives while nobody disturbs it. Its Redis is Garnet,
/// which any machine can run, or what <c>SEGMENTATION_TEST_REDIS</c> names.
/// </summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    private readonly ClusterProcesses _processes = new(RedisServer.Any, gateways: 2);
    private string? _missing;

    /// <summary>
    /// The processes. A test that asks for them where a program is missing is skipped, or fails where CI says that the
    /// program must be there.
    /// </summary>
    internal ClusterProcesses Processes
    {
        get
        {
            if (_missing is not null)
            {
                RedisServer.Missing(_missing);
            }

            return _processes;
        }
    }

    /// <summary>The last lines of every process.</summary>
    internal string Output => _processes.Output;

    internal IReadOnlyList<string> Expected { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        try
        {
            await _processes.StartAsync(CancellationToken.None);
            Expected = await LiveSession.RecordAsync(_processes.Channel, CancellationToken.None);
        }
        catch (MissingProgramException missing)
        {
            // A fixture cannot skip: the tests do.
            _missing = missing.Message;
        }
    }

    public ValueTask DisposeAsync() => _processes.DisposeAsync();
}
