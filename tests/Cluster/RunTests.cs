using System.Globalization;
using System.Text;
using Google.Protobuf;
using Segmentation.Protocol.Projects.V1;
using Segmentation.Tests.Shared;

namespace Segmentation.Cluster.Tests;

/// <summary>A run over many pictures, while the processes that take part in it are killed.</summary>
public sealed class RunTests(ITestOutputHelper output) : IAsyncDisposable
{
    private const int BetweenKills = 10;

    // SEGMENTATION_RUN_PICTURES=200 runs over more, and kills as many more times.
    private static readonly int _pictures = int.Parse(
        Environment.GetEnvironmentVariable("SEGMENTATION_RUN_PICTURES") ?? "60", CultureInfo.InvariantCulture);

    private ProjectsCluster? _cluster;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            if (TestContext.Current.TestState?.Result == TestResult.Failed)
            {
                output.WriteLine(_cluster.Output);
            }

            await _cluster.DisposeAsync();
        }
    }

    [Fact]
    public async Task StartRun_ProcessesAreKilledInTurn_EveryPictureOnceAndNoMaskTwice()
    {
        var cluster = _cluster = await ProjectsCluster.StartAsync(Cancel);
        var project = (await new ProjectService.ProjectServiceClient(cluster.Calls(0)).CreateProjectAsync(
            new() { Project = new() { Name = "copies" } }, cancellationToken: Cancel)).Id;
        await AddPicturesAsync(cluster, project);

        var run = await new RunService.RunServiceClient(cluster.Calls(0)).StartRunAsync(
            new()
            {
                Project = project,
                RequestId = $"{Guid.NewGuid()}",
                Stage = RunStage.Automatic,
                Preset = "segment-anything",
                Options = new() { PointsPerSide = 2, PredIouThresh = 0.3, StabilityScoreThresh = 0.5 },
            },
            cancellationToken: Cancel);
        var kills = await KillUntilDoneAsync(cluster, project, run.Id);

        var ended = await FindAsync(cluster, project, run.Id);
        output.WriteLine($"{kills} kills, {ended.EndTime - ended.CreateTime}, {ended.MaskCount} masks.");
        Assert.True(ended.State == RunState.Done, $"{ended}");
        Assert.Equal((_pictures, 0, _pictures), (ended.DoneCount, ended.FailedCount, ended.PictureCount));
        Assert.True(kills >= 3, $"Only {kills} processes were killed.");

        // Pictures that differ in a comment alone have the same masks: each of them, once.
        var masks = await MasksAsync(cluster, project);
        Assert.Equal(_pictures, masks.Count);
        Assert.NotEmpty(masks[0]);
        Assert.Equal(masks[0].Count, masks[0].Distinct().Count());
        Assert.All(masks, one => Assert.Equal(masks[0], one));
        Assert.Equal(ended.MaskCount, masks.Sum(one => one.Count));
    }

    [Fact]
    public async Task Silos_OfProjectsAndOfDecoders_AreClustersOfTheirOwn()
    {
        var cluster = _cluster = await ProjectsCluster.StartAsync(Cancel);
        using var http = new HttpClient();

        var metrics = await http.GetStringAsync(new Uri(cluster.Processes.Gateway.Operators, "metrics"), Cancel);

        // Decoders alone: a gateway that saw silos of projects would send them prompts.
        Assert.Contains(metrics.Split('\n'), line =>
            line.StartsWith("segmentation_gateway_silos", StringComparison.Ordinal) && line.Split(' ')[1] == "2");
    }

    private static async Task AddPicturesAsync(ProjectsCluster cluster, string project)
    {
        var photograph = await File.ReadAllBytesAsync(
            Path.Combine(Repository.Root, "tests", "Sam", "Data", "images", "rocket.jpg"), Cancel);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, _pictures),
            new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Cancel },
            async (number, token) =>
            {
                var file = Commented(photograph, $"copy {number}");
                using var call = new PictureService.PictureServiceClient(cluster.Calls(number % 2))
                    .AddPicture(cancellationToken: token);
                await call.RequestStream.WriteAsync(
                    new() { Metadata = new() { Project = project, Name = $"{number:d3}.jpg", SizeBytes = file.Length } },
                    token);
                await call.RequestStream.WriteAsync(
                    new() { Chunk = UnsafeByteOperations.UnsafeWrap(file) }, token);
                await call.RequestStream.CompleteAsync();
                await call;
            });
    }

    /// <summary>A JPEG file with a comment behind its first marker: the same picture, another file.</summary>
    private static byte[] Commented(byte[] jpeg, string comment)
    {
        var text = Encoding.ASCII.GetBytes(comment);
        var length = text.Length + 2;
        return [.. jpeg[..2], 0xFF, 0xFE, (byte)(length >> 8), (byte)length, .. text, .. jpeg[2..]];
    }

    private static async Task<int> KillUntilDoneAsync(ProjectsCluster cluster, string project, long run)
    {
        ServiceProcess[] victims =
        [
            cluster.Projects[0], cluster.Processes.Silos[0], cluster.Processes.Gateway, cluster.Projects[1],
            cluster.Processes.Silos[1], cluster.Projects[0], cluster.Projects[1],
        ];
        for (var kills = 0; ; kills++)
        {
            var now = new Run();
            await Patience.UntilAsync(
                async _ =>
                {
                    now = await FindAsync(cluster, project, run);
                    return now.State != RunState.Running || now.DoneCount >= (kills + 1) * BetweenKills;
                },
                () => $"The run does not go on: {now}",
                Cancel);
            if (now.State != RunState.Running)
            {
                return kills;
            }

            await victims[kills % victims.Length].KillAsync();
            await victims[kills % victims.Length].StartAsync(Cancel);
        }
    }

    private static Task<Run> FindAsync(ProjectsCluster cluster, string project, long run) => cluster.AskAsync(
        calls => new RunService.RunServiceClient(calls).GetRunAsync(
            new() { Project = project, Run = run }, cancellationToken: Cancel).ResponseAsync,
        Cancel);

    /// <summary>The masks of all pictures, each picture's in the order of their run lengths.</summary>
    private static async Task<List<List<string>>> MasksAsync(ProjectsCluster cluster, string project)
    {
        var pictures = await cluster.AskAsync(
            calls => new PictureService.PictureServiceClient(calls).ListPicturesAsync(
                new() { Project = project, PageSize = 1000 }, cancellationToken: Cancel).ResponseAsync,
            Cancel);
        var masks = new List<List<string>>();
        foreach (var picture in pictures.Pictures)
        {
            var page = await cluster.AskAsync(
                calls => new AnnotationService.AnnotationServiceClient(calls).ListAnnotationsAsync(
                    new() { Project = project, Picture = picture.Id }, cancellationToken: Cancel).ResponseAsync,
                Cancel);
            masks.Add([.. page.Annotations.Select(one => one.Mask.Counts).Order(StringComparer.Ordinal)]);
        }

        return masks;
    }
}
