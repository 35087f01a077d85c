using Grpc.Core;
using Segmentation.Masks;
using Segmentation.Protocol.Projects.V1;
using Segmentation.Protocol.V1;
using Segmentation.Tests.Shared;

namespace Segmentation.Cluster.Tests;

/// <summary>Tries the dashboard of projects on a running cluster.</summary>
public sealed class ProjectsDashboardTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dashboard_OfProjectsAtWork_EveryQueryHasSamples()
    {
        PrometheusProcess.Require();
        await using var cluster = await ProjectsCluster.StartAsync(Cancel);
        await using var prometheus = new PrometheusProcess();
        await prometheus.StartAsync(cluster.Processes, cluster.Projects);
        var calls = cluster.Calls(0);
        var project = (await new ProjectService.ProjectServiceClient(calls).CreateProjectAsync(
            new() { Project = new() { Name = "watched" } }, cancellationToken: Cancel)).Id;

        var missing = await prometheus.UnansweredAsync(
            DashboardQueries.Of(title => title == DashboardQueries.Projects), () => WorkAsync(calls, project), Cancel);

        Assert.True(missing.Count == 0, $"No samples for:\n{string.Join('\n', missing)}\n{prometheus.Output}");
    }

    /// <summary>A new picture, an operation on the picture, and a run.</summary>
    private static async Task WorkAsync(CallInvoker calls, string project)
    {
        var file = Photograph.Copy();
        using var add = new PictureService.PictureServiceClient(calls).AddPicture(cancellationToken: Cancel);
        await add.RequestStream.WriteAsync(
            new() { Metadata = new() { Project = project, Name = $"{Guid.NewGuid()}", SizeBytes = file.Length } }, Cancel);
        await add.RequestStream.WriteAsync(new() { Chunk = file }, Cancel);
        await add.RequestStream.CompleteAsync();
        var picture = await add;
        var drawn = await new AnnotationService.AnnotationServiceClient(calls).ApplyOperationsAsync(
            new()
            {
                Project = project,
                Picture = picture.Id,
                Operations =
                {
                    new Operation
                    {
                        Id = $"{Guid.NewGuid()}",
                        Create = new() { Id = $"{Guid.NewGuid()}", Mask = FirstColumns(picture) },
                    },
                },
            },
            cancellationToken: Cancel);
        Assert.Equal(OperationResult.Applied, Assert.Single(drawn.Outcomes).Result);
        await new RunService.RunServiceClient(calls).StartRunAsync(
            new()
            {
                Project = project,
                RequestId = $"{Guid.NewGuid()}",
                Stage = RunStage.SemiAutomatic,
                Preset = "confident",
                Options = new() { PointsPerSide = 1 },
            },
            cancellationToken: Cancel);
    }

    private static RunLengthEncoding FirstColumns(Picture picture)
    {
        var pixels = new byte[picture.Height * picture.Width];
        for (var pixel = 0; pixel < pixels.Length; pixel += picture.Width)
        {
            pixels.AsSpan(pixel, 10).Fill(1);
        }

        return new()
        {
            Size = { (uint)picture.Height, (uint)picture.Width },
            Counts = RunLengths.FromBytes(picture.Height, picture.Width, pixels).ToCocoString(),
        };
    }
}
