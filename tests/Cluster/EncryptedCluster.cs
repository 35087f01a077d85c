using Segmentation.Tests.Shared;

namespace Segmentation.Cluster.Tests;

/// <summary>A cluster whose connections are all encrypted, for a class of tests. Redis is the system's package.</summary>
public sealed class EncryptedCluster : IAsyncLifetime
{
    private readonly ClusterProcesses _processes;
    private string? _missing;

    public EncryptedCluster() => _processes = new ClusterProcesses(Encryption, silos: 2, encoders: 1);

    internal Encryption Encryption { get; } = new();

    /// <summary>The processes. Skips the test that asks where a program is missing.</summary>
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

    public async ValueTask InitializeAsync()
    {
        try
        {
            await _processes.StartAsync(CancellationToken.None);
        }
        catch (MissingProgramException missing)
        {
            // A fixture cannot skip: the tests do.
            _missing = missing.Message;
        }
        catch (ProgramException ended) when (ended.Message.Contains("tls-port", StringComparison.Ordinal))
        {
            _missing = "This machine's redis-server was built without TLS.";
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _processes.DisposeAsync();
        Encryption.Dispose();
    }
}
