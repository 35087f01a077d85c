using System.Net;
using Segmentation.Cli.Tests;
using Segmentation.Client.Projects;
using Segmentation.Masks;
using Segmentation.Masks.Png;
using Segmentation.Protocol.Projects.V1;
using Segmentation.Robot;
using Segmentation.Tests.Shared;

namespace Segmentation.Cluster.Tests;

/// <summary>
/// A gateway, a silo, Redis, the service of projects and its PostgreSQL, and two robots that annotate one picture, each
/// a process.
/// </summary>
internal sealed class ProjectProcesses : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly PostgresProcess _postgres;
    private readonly ClusterProcesses _cluster;
    private readonly ServiceProcess _projects;
    private readonly ChildProcess?[] _robots = new ChildProcess?[2];
    private readonly Uri _server;
    private string _project = "";
    private long _picture;

    private ProjectProcesses(PostgresProcess postgres)
    {
        _postgres = postgres;
        var (grpc, http) = (Repository.FreePort(), Repository.FreePort());
        _cluster = new ClusterProcesses(
            RedisServer.Any,
            silos: 1,
            encoders: 1,
            gateways: 1,
            $"Projects:Address=http://{IPAddress.Loopback}:{grpc}");
        _server = new Uri($"http://{_cluster.Channel.Target}");
        _projects = new ServiceProcess(
            "Projects",
            http,
            $"Endpoints:GrpcPort={grpc}",
            $"Endpoints:HttpPort={http}",
            $"Projects:ConnectionString={postgres.ConnectionString}",
            $"Projects:DataFolder={_folder.File("data")}",
            $"Projects:Gateway:Address={_server}",
            $"Projects:Silo:SiloPort={Repository.FreePort()}",
            "Projects:Silo:AdvertisedAddress=127.0.0.1",
            $"Redis:Cluster={_cluster.Members.ConnectionString}");
    }

    /// <summary>Everything that is killed, by name: a kill and a new start.</summary>
    public IReadOnlyList<(string Name, Func<CancellationToken, Task> Kill)> Kills =>
    [
        ("gateway", stop => AgainAsync(_cluster.Gateway.KillAsync, _cluster.Gateway.StartAsync, stop)),
        ("projects", stop => AgainAsync(_projects.KillAsync, _projects.StartAsync, stop)),
        ("database", stop => AgainAsync(_postgres.KillAsync, _postgres.StartAsync, stop)),
        ("redis", stop => AgainAsync(_cluster.Members.KillAsync, _cluster.Members.StartAsync, stop)),
        ("silo", stop => AgainAsync(_cluster.Silos[0].KillAsync, _cluster.Silos[0].StartAsync, stop)),
        ("robot", stop => AgainAsync(_robots[0]!.KillAsync, _ => StartRobotAsync(0), stop)),
        ("other robot", stop => AgainAsync(_robots[1]!.KillAsync, _ => StartRobotAsync(1), stop)),
    ];

    /// <summary>The last lines of every process.</summary>
    public string Output => string.Join(
        "\n\n", [_cluster.Output, _projects.Output, _postgres.Output, .. _robots.Select(robot => robot?.Output ?? "")]);

    /// <summary>Starts everything, and both robots. Skips the test where PostgreSQL is missing.</summary>
    public static async Task<ProjectProcesses> StartAsync(CancellationToken cancellationToken)
    {
        var processes = new ProjectProcesses(await PostgresServer.StartAsync(cancellationToken));
        try
        {
            await processes._cluster.StartAsync(cancellationToken);
            await processes._projects.StartAsync(cancellationToken);
            await processes.CreateProjectAsync(cancellationToken);
            await processes.StartRobotAsync(0);
            await processes.StartRobotAsync(1);
            return processes;
        }
        catch
        {
            await processes.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until each robot has so many acknowledgements more.</summary>
    /// <exception cref="ProgramException">A robot ended.</exception>
    public async Task MoreAsync(int count, CancellationToken cancellationToken)
    {
        var wanted = new[] { 0, 1 }.Select(robot => Acknowledged(robot) + count).ToArray();
        await Patience.UntilAsync(
            _ => _robots.FirstOrDefault(robot => robot is { Ended.IsCompleted: true }) is { } ended
                ? throw new ProgramException($"A robot ended. {ended.Output}")
                : Task.FromResult(Acknowledged(0) >= wanted[0] && Acknowledged(1) >= wanted[1]),
            () => $"Acknowledgements: {Acknowledged(0)} and {Acknowledged(1)}, not {string.Join(" and ", wanted)}.",
            cancellationToken);
    }

    /// <summary>Tells the robots to stop and waits until they have ended.</summary>
    /// <returns>Their journals.</returns>
    public async Task<IReadOnlyList<Journal>> StopRobotsAsync(CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(_folder.File("stop"), "", cancellationToken);
        await Task.WhenAll(_robots.Select(robot => robot!.Ended)).WaitAsync(Patience.Longest, cancellationToken);
        return [Journal.Read(JournalOf(0)), Journal.Read(JournalOf(1))];
    }

    /// <summary>Record of the server: all operations, and all annotations.</summary>
    public async Task<(IReadOnlyList<Operation> Operations, IReadOnlyList<Annotation> Annotations)> RecordAsync(
        CancellationToken cancellationToken)
    {
        using var client = new ProjectsClient(_server);
        return (
            await client.Annotations.ListOperationsAsync(_project, _picture, cancellationToken: cancellationToken)
                .ToListAsync(cancellationToken),
            await client.Annotations.ListAsync(_project, _picture, cancellationToken: cancellationToken)
                .ToListAsync(cancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in new IAsyncDisposable?[] { _robots[0], _robots[1], _projects, _cluster, _postgres })
        {
            if (process is not null)
            {
                await process.DisposeAsync();
            }
        }

        _folder.Dispose();
    }

    private static async Task AgainAsync(
        Func<Task> kill, Func<CancellationToken, Task> start, CancellationToken cancellationToken)
    {
        await kill();
        await start(cancellationToken);
    }

    private string JournalOf(int robot) => _folder.File($"robot{robot}");

    private int Acknowledged(int robot)
    {
        if (!File.Exists(JournalOf(robot)))
        {
            return 0;
        }

        using var journal = Journal.Read(JournalOf(robot));
        return journal.Acknowledged.Count();
    }

    private async Task CreateProjectAsync(CancellationToken cancellationToken)
    {
        using var client = new ProjectsClient(_server);
        var project = await client.CreateAsync("Killed", cancellationToken: cancellationToken);
        var file = MaskPng.Encode(new RunLengths(Annotator.Size, Annotator.Size, Annotator.Size * Annotator.Size));
        var picture = await client.Pictures.AddAsync(
            project.Id, "picture.png", file, cancellationToken: cancellationToken);
        (_project, _picture) = (project.Id, picture.Id);
    }

    private async Task StartRobotAsync(int robot) => _robots[robot] = await ChildProcess.StartAsync(
        $"robot {robot}",
        null,
        "dotnet",
        Repository.TestProgram("Robot"),
        $"{_server}",
        _project,
        $"{_picture}",
        JournalOf(robot));
}
