using System.Globalization;
using System.Net;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Segmentation.Cli.Tests;
using Segmentation.Tests.Shared;

namespace Segmentation.Cluster.Tests;

/// <summary>A cluster with two processes of projects on one PostgreSQL, one folder and one gateway.</summary>
internal sealed class ProjectsCluster : IAsyncDisposable
{
    private const string Tenant = "acme";

    private readonly TemporaryFolder _folder = new();
    private readonly PostgresProcess _database;
    private readonly GrpcChannel[] _channels;

    private ProjectsCluster(PostgresProcess database)
    {
        _database = database;
        Processes = new ClusterProcesses(RedisServer.Any, silos: 2, encoders: 1);
        int[] ports = [Repository.FreePort(), Repository.FreePort()];
        Projects = [.. ports.Select(Program)];
        _channels = [.. ports.Select(port => GrpcChannel.ForAddress($"http://{IPAddress.Loopback}:{port}"))];
    }

    /// <summary>Decoders, encoder, gateway and Redis.</summary>
    public ClusterProcesses Processes { get; }

    /// <summary>The processes of projects.</summary>
    public IReadOnlyList<ServiceProcess> Projects { get; }

    /// <summary>The last lines of every process.</summary>
    public string Output => string.Join("\n\n", [Processes.Output, .. Projects.Select(one => one.Output)]);

    /// <summary>Starts everything. Skips the test where a program is missing.</summary>
    public static async Task<ProjectsCluster> StartAsync(CancellationToken cancellationToken)
    {
        var cluster = new ProjectsCluster(await PostgresServer.StartAsync(cancellationToken));
        try
        {
            await cluster.Processes.StartAsync(cancellationToken);
            await Task.WhenAll(cluster.Projects.Select(one => one.StartAsync(cancellationToken)));
            return cluster;
        }
        catch (MissingProgramException missing)
        {
            await cluster.DisposeAsync();
            RedisServer.Missing(missing.Message);
            throw;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Calls a process as a gateway would for its caller.</summary>
    public CallInvoker Calls(int process) => _channels[process].Intercept(headers =>
    {
        headers.Add("x-segmentation-project-tenant", Tenant);
        headers.Add("x-segmentation-project-subject", "ann");
        return headers;
    });

    /// <summary>Asks whichever process answers.</summary>
    public async Task<T> AskAsync<T>(Func<CallInvoker, Task<T>> ask, CancellationToken cancellationToken)
    {
        var (answer, process, last) = (default(T)!, 0, Status.DefaultCancelled);
        await Patience.UntilAsync(
            async token =>
            {
                try
                {
                    answer = await ask(Calls(process)).WaitAsync(token);
                    return true;
                }
                catch (RpcException error) when (error.StatusCode is StatusCode.Unavailable or StatusCode.Internal)
                {
                    (process, last) = (1 - process, error.Status);
                    return false;
                }
            },
            () => $"No process answers: {last}",
            cancellationToken);
        return answer;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels)
        {
            channel.Dispose();
        }

        foreach (var process in Projects)
        {
            await process.DisposeAsync();
        }

        await Processes.DisposeAsync();
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    private ServiceProcess Program(int grpcPort)
    {
        var http = Repository.FreePort();
        return new ServiceProcess(
            "Projects",
            http,
            [
                $"Endpoints:GrpcPort={grpcPort}",
                $"Endpoints:HttpPort={http}",
                $"Redis:Cluster={Processes.Members.ConnectionString}",
                $"Projects:ConnectionString={_database.ConnectionString}",
                $"Projects:DataFolder={_folder.File("data")}",
                $"Projects:Gateway:Address=http://{Processes.Channel.Target}",
                "Projects:Silo:AdvertisedAddress=127.0.0.1",
                string.Create(CultureInfo.InvariantCulture, $"Projects:Silo:SiloPort={Repository.FreePort()}"),
                "Projects:Runs:ClaimTime=00:00:03",
                "Projects:Runs:MaxAttempts=20",
            ]);
    }
}
