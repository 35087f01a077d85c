using CsCheck;
using Segmentation.Projects.Tests.Fixtures;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Tests.Annotating;

public sealed class HistoryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, OnBothDatabases]
    public async Task ListOperations_AfterRandomChanges_HasTheStateAfterEach(DatabaseKind kind)
    {
        await using var record = await TestRecord.CreateAsync(kind);
        await using var server = await ProjectsServer.StartAsync(record);
        var project = await TestProject.CreateAsync(record, server, "car", "tree", "sky");
        var client = new AnnotationService.AnnotationServiceClient(server.As(TestProject.Manager));

        // Which of four annotations, what is done to it, and its new label.
        var steps = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 5], Gen.Int[0, 3]).Array[1, 25];
        await steps.SampleAsync(
            async changes => await CheckAsync(client, project, changes), iter: 12, threads: 1);
    }

    private static async Task CheckAsync(
        AnnotationService.AnnotationServiceClient client, TestProject project, (int, int, int)[] changes)
    {
        var picture = await project.AddPictureAsync();
        var now = new Annotation?[4];
        var model = new List<(string Operation, Annotation After)>();
        foreach (var (index, action, label) in changes)
        {
            var operation = OperationOf(now[index], action, label);
            var answer = await client.ApplyOperationsAsync(
                project.Apply(picture, operation), cancellationToken: Token);
            var outcome = answer.Outcomes[0];
            if (outcome.Result == OperationResult.Applied)
            {
                now[index] = outcome.Current;
                model.Add((operation.Id, outcome.Current));
            }
        }

        var history = new List<Operation>();
        ListOperationsResponse page;
        do
        {
            page = await client.ListOperationsAsync(
                new ListOperationsRequest
                {
                    Project = project.Id,
                    Picture = picture,
                    After = history.LastOrDefault()?.Sequence ?? 0,
                    PageSize = 4,
                },
                cancellationToken: Token);
            history.AddRange(page.Operations);
        }
        while (page.Operations.Count > 0);

        Assert.Equal(model, history.Select(operation => (operation.Id, operation.After)));
        Assert.Equal(
            Enumerable.Range(1, model.Count).Select(number => (long)number), history.Select(one => one.Sequence));
        await CheckOneAsync(client, project, picture, now, history);
        var row = await project.PictureAsync(picture);
        var counted = now.Where(annotation => annotation is { DeleteTime: null }).ToList();
        Assert.Equal(counted.Count(annotation => annotation!.State == AnnotationState.Active), row.AnnotationCount);
        Assert.Equal(counted.Count(annotation => annotation!.State == AnnotationState.Proposed), row.ProposalCount);
    }

    private static async Task CheckOneAsync(
        AnnotationService.AnnotationServiceClient client,
        TestProject project,
        long picture,
        Annotation?[] now,
        List<Operation> history)
    {
        foreach (var annotation in now.OfType<Annotation>())
        {
            var own = await client.ListOperationsAsync(
                new ListOperationsRequest { Project = project.Id, Picture = picture, Annotation = annotation.Id },
                cancellationToken: Token);
            Assert.Equal(history.Where(operation => operation.After.Id == annotation.Id), own.Operations);
            Assert.Equal(annotation, own.Operations[^1].After);
        }
    }

    private static Operation OperationOf(Annotation? now, int action, int label)
    {
        var operation = new Operation { Id = Guid.CreateVersion7().ToString(), BaseRevision = now?.Revision ?? 0 };
        if (now is null)
        {
            operation.Create = TestProject.NewAnnotation(
                label, action % 2 == 0 ? AnnotationState.Active : AnnotationState.Proposed);
            return operation;
        }

        switch (action)
        {
            case 0 or 1:
                operation.Update = now.Clone();
                operation.Update.Label = label;
                operation.Update.Mask = TestProject.Mask(label, action, 3, 4);
                operation.Update.State = AnnotationState.Active;
                break;
            case 2:
                operation.Delete = now.Id;
                break;
            case 3:
                operation.Undelete = now.Id;
                break;
            case 4:
                operation.Accept = now.Id;
                break;
            default:
                operation.Reject = now.Id;
                break;
        }

        return operation;
    }
}
