using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Tests.Fixtures;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Tests.Annotating;

public sealed class ApplyOperationsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, OnBothDatabases]
    public async Task ApplyOperations_Create_StoresMaskBoxAreaAndCounters(DatabaseKind kind)
    {
        await using var record = await TestRecord.CreateAsync(kind);
        await using var server = await ProjectsServer.StartAsync(record);
        var project = await TestProject.CreateAsync(record, server, "car");
        var picture = await project.AddPictureAsync();
        var client = new AnnotationService.AnnotationServiceClient(server.As(TestProject.Manager));
        var annotation = TestProject.NewAnnotation(label: 1);
        annotation.Provenance = new Provenance { Source = AnnotationSource.Assisted, PredictedIou = 0.5f, Clicks = 3 };

        var answer = await client.ApplyOperationsAsync(
            project.Apply(picture, TestProject.Create(annotation)), cancellationToken: Token);

        var outcome = Assert.Single(answer.Outcomes);
        Assert.Equal(OperationResult.Applied, outcome.Result);
        Assert.Equal(1, outcome.Sequence);
        Assert.Equal(1, answer.Revision);
        var listed = await client.ListAnnotationsAsync(
            new ListAnnotationsRequest { Project = project.Id, Picture = picture }, cancellationToken: Token);
        Assert.Equal(1, listed.Revision);
        var current = Assert.Single(listed.Annotations);
        Assert.Equal(outcome.Current, current);
        Assert.Equal(annotation.Mask, current.Mask);
        Assert.Equal((2u, 3u, 4u, 2u), (
            current.BoundingBox.X, current.BoundingBox.Y, current.BoundingBox.Width, current.BoundingBox.Height));
        Assert.Equal(8, current.Area);
        Assert.Equal(TestProject.Manager, current.Creator);
        var row = await project.PictureAsync(picture);
        Assert.Equal((1, 0, PictureState.InProgress, 0.5f), (
            row.AnnotationCount, row.ProposalCount, row.State, row.MeanPredictedIou));
        await using var db = record.Factory.Open();
        Assert.Equal(1, (await db.PictureLabels.SingleAsync(Token)).Count);
    }

    [Theory, OnBothDatabases]
    public async Task ApplyOperations_SameOperationToTwoProcessesAtOnce_IsAppliedOnce(DatabaseKind kind)
    {
        await using var record = await TestRecord.CreateAsync(kind);
        await using var first = await ProjectsServer.StartAsync(record);
        await using var second = await ProjectsServer.StartAsync(record);
        var project = await TestProject.CreateAsync(record, first);
        var picture = await project.AddPictureAsync();
        var clients = new[] { first, second }
            .Select(server => new AnnotationService.AnnotationServiceClient(server.As(TestProject.Manager))).ToList();
        for (var round = 1; round <= 10; round++)
        {
            var request = project.Apply(picture, TestProject.Create(TestProject.NewAnnotation()));

            var answers = await Task.WhenAll(clients.SelectMany(client => Enumerable.Range(0, 3).Select(
                _ => client.ApplyOperationsAsync(request, cancellationToken: Token).ResponseAsync)));

            Assert.Single(answers.Distinct());
            Assert.Equal(OperationResult.Applied, answers[0].Outcomes[0].Result);
            Assert.Equal(round, answers[0].Outcomes[0].Sequence);
        }

        Assert.Equal(10, (await project.PictureAsync(picture)).AnnotationCount);
    }

    [Theory, OnBothDatabases]
    public async Task ApplyOperations_OldRevision_IsConflictWithCurrentAndChangesNothing(DatabaseKind kind)
    {
        await using var record = await TestRecord.CreateAsync(kind);
        await using var server = await ProjectsServer.StartAsync(record);
        var project = await TestProject.CreateAsync(record, server, "car", "tree");
        var picture = await project.AddPictureAsync();
        var client = new AnnotationService.AnnotationServiceClient(server.As(TestProject.Manager));
        var annotation = TestProject.NewAnnotation();
        await client.ApplyOperationsAsync(
            project.Apply(picture, TestProject.Create(annotation)), cancellationToken: Token);
        var (mine, theirs) = (annotation.Clone(), annotation.Clone());
        (mine.Label, theirs.Label) = (1, 2);
        await client.ApplyOperationsAsync(
            project.Apply(picture, new Operation { Id = NewId(), BaseRevision = 1, Update = theirs }),
            cancellationToken: Token);

        var other = TestProject.Create(TestProject.NewAnnotation());
        var answer = await client.ApplyOperationsAsync(
            project.Apply(picture, new Operation { Id = NewId(), BaseRevision = 1, Update = mine }, other),
            cancellationToken: Token);

        Assert.Equal(OperationResult.Conflict, answer.Outcomes[0].Result);
        Assert.Equal((2, 2L), (answer.Outcomes[0].Current.Label, answer.Outcomes[0].Current.Revision));
        Assert.Equal(OperationResult.Applied, answer.Outcomes[1].Result);
        Assert.Equal(3, answer.Revision);
    }

    [Theory, OnBothDatabases]
    public async Task ApplyOperations_WritersOfDifferentAnnotations_NeverConflict(DatabaseKind kind)
    {
        const int Writers = 4;
        const int Changes = 15;
        await using var record = await TestRecord.CreateAsync(kind);
        await using var first = await ProjectsServer.StartAsync(record);
        await using var second = await ProjectsServer.StartAsync(record);
        var project = await TestProject.CreateAsync(record, first);
        var picture = await project.AddPictureAsync();

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(
            async () =>
            {
                var server = writer % 2 == 0 ? first : second;
                var client = new AnnotationService.AnnotationServiceClient(server.As(TestProject.Manager));
                var annotation = TestProject.NewAnnotation();
                var operation = TestProject.Create(annotation);
                for (var change = 0; change < Changes; change++)
                {
                    var answer = await client.ApplyOperationsAsync(
                        project.Apply(picture, operation), cancellationToken: Token);
                    var outcome = answer.Outcomes[0];
                    Assert.Equal(OperationResult.Applied, outcome.Result);
                    annotation.Z++;
                    operation = new Operation
                    {
                        Id = NewId(), BaseRevision = outcome.Current.Revision, Update = annotation,
                    };
                }
            },
            Token)));

        await using var db = record.Factory.Open();
        var sequences = await db.Operations.Where(row => row.PictureId == picture)
            .OrderBy(row => row.Sequence).Select(row => row.Sequence).ToListAsync(Token);
        Assert.Equal(Enumerable.Range(1, Writers * Changes).Select(number => (long)number), sequences);
        Assert.Equal(Writers, (await project.PictureAsync(picture)).AnnotationCount);
    }

    [Fact]
    public async Task ApplyOperations_WrongOperations_AreRefusedByFieldAndOthersApplied()
    {
        await using var record = await TestRecord.CreateAsync(DatabaseKind.Sqlite);
        await using var server = await ProjectsServer.StartAsync(record);
        var project = await TestProject.CreateAsync(record, server);
        var picture = await project.AddPictureAsync();
        var client = new AnnotationService.AnnotationServiceClient(server.As(TestProject.Manager));
        (string Field, Action<Annotation> Break)[] faults =
        [
            ("create.mask.size", annotation => annotation.Mask.Size[0] = 9),
            ("create.mask.counts", annotation => annotation.Mask.Counts = "08"),
            ("create.mask", annotation => annotation.Mask = null),
            ("create.id", annotation => annotation.Id = "7"),
            ("create.label", annotation => annotation.Label = 77),
            ("create.attributes_json", annotation => annotation.AttributesJson = "[]"),
            ("create.state", annotation => annotation.State = AnnotationState.Rejected),
            ("create.provenance.crop_box", annotation => annotation.Provenance = new Provenance { CropBox = { 1, 2 } }),
            (
                "create.provenance.parents[0]",
                annotation => annotation.Provenance = new Provenance { Parents = { "x" } }),
            ("create.provenance.predicted_iou",
                annotation => annotation.Provenance = new Provenance { PredictedIou = float.NaN }),
        ];
        var operations = faults.Select(fault =>
        {
            var annotation = TestProject.NewAnnotation();
            fault.Break(annotation);
            return TestProject.Create(annotation);
        }).ToList();
        operations.Add(new Operation { Id = NewId(), Delete = NewId() });
        operations.Add(new Operation { Id = NewId() });
        operations.Add(new Operation { Id = "no uuid", Delete = NewId() });
        operations.Add(TestProject.Create(TestProject.NewAnnotation()));

        var answer = await client.ApplyOperationsAsync(project.Apply(picture, operations), cancellationToken: Token);

        Assert.Equal(
            [.. faults.Select(fault => fault.Field), "delete", "change", "id"],
            answer.Outcomes.SkipLast(1).Select(outcome => outcome.Field));
        Assert.All(answer.Outcomes.SkipLast(1), outcome =>
        {
            Assert.Equal(OperationResult.Refused, outcome.Result);
            Assert.NotEmpty(outcome.Reason);
        });
        Assert.Contains("at character 2", answer.Outcomes[1].Reason, StringComparison.Ordinal);
        Assert.Equal(OperationResult.Applied, answer.Outcomes[^1].Result);
        Assert.Equal(1, answer.Revision);
    }

    [Theory, OnBothDatabases]
    public async Task ApplyOperations_Proposal_CountsWhenAcceptedAndNotWhenRejected(DatabaseKind kind)
    {
        await using var record = await TestRecord.CreateAsync(kind);
        await using var server = await ProjectsServer.StartAsync(record);
        var project = await TestProject.CreateAsync(record, server);
        var picture = await project.AddPictureAsync();
        var client = new AnnotationService.AnnotationServiceClient(server.As(TestProject.Manager));
        var (good, bad) = (
            TestProject.NewAnnotation(state: AnnotationState.Proposed),
            TestProject.NewAnnotation(state: AnnotationState.Proposed));
        await client.ApplyOperationsAsync(
            project.Apply(picture, TestProject.Create(good), TestProject.Create(bad)), cancellationToken: Token);
        Assert.Equal((0, 2), await CountsAsync(project, picture));

        var answer = await client.ApplyOperationsAsync(
            project.Apply(
                picture,
                new Operation { Id = NewId(), BaseRevision = 1, Accept = good.Id },
                new Operation { Id = NewId(), BaseRevision = 1, Reject = bad.Id }),
            cancellationToken: Token);

        Assert.All(answer.Outcomes, outcome => Assert.Equal(OperationResult.Applied, outcome.Result));
        Assert.Equal(AnnotationSource.Proposed, answer.Outcomes[0].Current.Provenance.Source);
        Assert.Equal((1, 0), await CountsAsync(project, picture));
        var listed = await client.ListAnnotationsAsync(
            new ListAnnotationsRequest { Project = project.Id, Picture = picture }, cancellationToken: Token);
        Assert.Equal(good.Id, Assert.Single(listed.Annotations).Id);
    }

    [Theory, OnBothDatabases]
    public async Task ApplyOperations_DeleteAndUndelete_RestoresAsItWas(DatabaseKind kind)
    {
        await using var record = await TestRecord.CreateAsync(kind);
        await using var server = await ProjectsServer.StartAsync(record);
        var project = await TestProject.CreateAsync(record, server, "car");
        var picture = await project.AddPictureAsync();
        var client = new AnnotationService.AnnotationServiceClient(server.As(TestProject.Manager));
        var annotation = TestProject.NewAnnotation(label: 1);
        var created = await client.ApplyOperationsAsync(
            project.Apply(picture, TestProject.Create(annotation)), cancellationToken: Token);

        var deleted = await client.ApplyOperationsAsync(
            project.Apply(picture, new Operation { Id = NewId(), BaseRevision = 1, Delete = annotation.Id }),
            cancellationToken: Token);
        Assert.NotNull(deleted.Outcomes[0].Current.DeleteTime);
        Assert.Equal((0, 0), await CountsAsync(project, picture));
        Assert.Empty((await client.ListAnnotationsAsync(
            new ListAnnotationsRequest { Project = project.Id, Picture = picture },
            cancellationToken: Token)).Annotations);

        var restored = await client.ApplyOperationsAsync(
            project.Apply(picture, new Operation { Id = NewId(), BaseRevision = 2, Undelete = annotation.Id }),
            cancellationToken: Token);
        var (before, after) = (created.Outcomes[0].Current, restored.Outcomes[0].Current);
        Assert.Equal(3, after.Revision);
        (after.Revision, after.UpdateTime) = (before.Revision, before.UpdateTime);
        Assert.Equal(before, after);
        Assert.Equal((1, 0), await CountsAsync(project, picture));
    }

    [Fact]
    public async Task ApplyOperations_ViewerOrStranger_IsRefused()
    {
        await using var record = await TestRecord.CreateAsync(DatabaseKind.Sqlite);
        await using var server = await ProjectsServer.StartAsync(record);
        var project = await TestProject.CreateAsync(record, server);
        var picture = await project.AddPictureAsync();
        await project.SetRoleAsync(server, "vera", Role.Viewer);
        var request = project.Apply(picture, TestProject.Create(TestProject.NewAnnotation()));

        Assert.Equal(StatusCode.PermissionDenied, await CodeAsync(server.As("vera"), request));
        Assert.Equal(StatusCode.NotFound, await CodeAsync(server.As("stranger"), request));
        Assert.Equal(StatusCode.NotFound, await CodeAsync(server.As(TestProject.Manager, "other tenant"), request));
        request.Picture++;
        Assert.Equal(StatusCode.NotFound, await CodeAsync(server.As(TestProject.Manager), request));
    }

    private static async Task<StatusCode> CodeAsync(CallInvoker caller, ApplyOperationsRequest request) =>
        (await Assert.ThrowsAsync<RpcException>(
            () => new AnnotationService.AnnotationServiceClient(caller)
                .ApplyOperationsAsync(request, cancellationToken: Token).ResponseAsync)).StatusCode;

    private static async Task<(int Annotations, int Proposals)> CountsAsync(TestProject project, long picture)
    {
        var row = await project.PictureAsync(picture);
        return (row.AnnotationCount, row.ProposalCount);
    }

    private static string NewId() => Guid.CreateVersion7().ToString();
}
