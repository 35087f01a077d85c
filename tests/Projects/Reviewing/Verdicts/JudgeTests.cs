using Grpc.Core;
using Segmentation.Projects.Tests.Fixtures;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Tests.Reviewing.Verdicts;

public sealed class JudgeTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, OnBothDatabases]
    public async Task JudgeAnnotations_Unsatisfactory_PictureGoesBackUntilItIsCorrected(DatabaseKind kind)
    {
        await using var project = await ReviewProject.CreateAsync(kind);
        var picture = (await project.AddPicturesAsync(1))[0];
        var id = await project.DrawAsync("anna", picture, 0, 5);

        var judged = await project.JudgeAsync(picture, id, 1, VerdictKind.Unsatisfactory);

        var current = judged.Outcomes[0].Current;
        Assert.Equal(OperationResult.Applied, judged.Outcomes[0].Result);
        Assert.Equal((2, VerdictKind.Unsatisfactory, "anna"), (current.Revision, current.Verdict, current.Editor));
        Assert.Equal(
            (PictureState.ToRevisit, 1), (judged.PictureAfter.State, judged.PictureAfter.UnsatisfactoryCount));

        await project.ApplyAsync("anna", picture, new Operation
        {
            BaseRevision = 2, Update = new Annotation { Id = id, Mask = ReviewProject.Columns(0, 6) },
        });

        Assert.Equal(0, (await project.PictureAsync(picture)).UnsatisfactoryCount);
        var verdict = Assert.Single(
            (await project.Reviews("vera").ListVerdictsAsync(
                new() { Project = project.Name, Picture = picture }, cancellationToken: Stop)).Verdicts);
        Assert.Equal(("rita", "the edge", 1L), (verdict.Reviewer, verdict.Note, verdict.AnnotationRevision));
    }

    [Theory, OnBothDatabases]
    public async Task JudgeAnnotations_Rejected_IsNoAnnotationAnyMoreAndCanBeRestored(DatabaseKind kind)
    {
        await using var project = await ReviewProject.CreateAsync(kind);
        var picture = (await project.AddPicturesAsync(1))[0];
        var id = await project.DrawAsync("anna", picture, 0, 5);

        await project.JudgeAsync(picture, id, 1, VerdictKind.Rejected);

        Assert.Equal(0, (await project.PictureAsync(picture)).AnnotationCount);
        Assert.Empty((await project.Annotations("vera").ListAnnotationsAsync(
            new() { Project = project.Name, Picture = picture }, cancellationToken: Stop)).Annotations);
        var restored = await project.ApplyAsync("anna", picture, new Operation { BaseRevision = 2, Undelete = id });
        Assert.Equal(1, (await project.PictureAsync(picture)).AnnotationCount);
        Assert.Equal(VerdictKind.Unspecified, restored.Current.Verdict);
    }

    [Theory, OnBothDatabases]
    public async Task JudgeAnnotations_IdOfAnotherChange_IsRefused(DatabaseKind kind)
    {
        await using var project = await ReviewProject.CreateAsync(kind);
        var picture = (await project.AddPicturesAsync(1))[0];
        var id = Guid.CreateVersion7().ToString();
        var drawn = new Operation { Create = new Annotation { Id = id, Mask = ReviewProject.Columns(0, 5) } };
        await project.ApplyAsync("anna", picture, drawn);

        var judged = await project.JudgeAsync(picture, id, 1, VerdictKind.Satisfactory, drawn.Id);

        Assert.Equal(OperationResult.Refused, judged.Outcomes[0].Result);
        Assert.Contains("UUID", judged.Outcomes[0].Reason, StringComparison.Ordinal);
    }

    [Theory, OnBothDatabases]
    public async Task JudgeAnnotations_SentTwice_IsOneVerdict(DatabaseKind kind)
    {
        await using var project = await ReviewProject.CreateAsync(kind);
        var picture = (await project.AddPicturesAsync(1))[0];
        var id = await project.DrawAsync("anna", picture, 0, 5);
        var verdict = Guid.CreateVersion7().ToString();

        await project.JudgeAsync(picture, id, 1, VerdictKind.Satisfactory, verdict);
        var again = await project.JudgeAsync(picture, id, 1, VerdictKind.Satisfactory, verdict);

        Assert.Equal((OperationResult.Applied, 2L), (again.Outcomes[0].Result, again.Outcomes[0].Current.Revision));
        Assert.Single(
            (await project.Reviews("vera").ListVerdictsAsync(
                new() { Project = project.Name, Picture = picture }, cancellationToken: Stop)).Verdicts);
    }

    [Fact]
    public async Task JudgeAnnotations_ChangedMeanwhile_IsAConflictWithTheCurrentMask()
    {
        await using var project = await ReviewProject.CreateAsync(DatabaseKind.Sqlite);
        var picture = (await project.AddPicturesAsync(1))[0];
        var id = await project.DrawAsync("anna", picture, 0, 5);
        await project.ApplyAsync("anna", picture, new Operation
        {
            BaseRevision = 1, Update = new Annotation { Id = id, Mask = ReviewProject.Columns(0, 6) },
        });

        var judged = await project.JudgeAsync(picture, id, 1, VerdictKind.Satisfactory);

        Assert.Equal(OperationResult.Conflict, judged.Outcomes[0].Result);
        Assert.Equal((2, 60), (judged.Outcomes[0].Current.Revision, judged.Outcomes[0].Current.Area));
        Assert.Equal(VerdictKind.Unspecified, judged.Outcomes[0].Current.Verdict);
    }

    [Fact]
    public async Task JudgeAnnotations_UnknownAnnotation_IsRefusedWithTheReason()
    {
        await using var project = await ReviewProject.CreateAsync(DatabaseKind.Sqlite);
        var picture = (await project.AddPicturesAsync(1))[0];
        var id = Guid.CreateVersion7().ToString();

        var judged = await project.JudgeAsync(picture, id, 1, VerdictKind.Satisfactory);

        Assert.Equal(OperationResult.Refused, judged.Outcomes[0].Result);
        Assert.Contains(id, judged.Outcomes[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task JudgeAnnotations_ByAnAnnotator_IsDenied()
    {
        await using var project = await ReviewProject.CreateAsync(DatabaseKind.Sqlite);

        var error = await Assert.ThrowsAsync<RpcException>(async () => await project.Reviews("anna")
            .JudgeAnnotationsAsync(new() { Project = project.Name, Picture = 1 }, cancellationToken: Stop));

        Assert.Equal(StatusCode.PermissionDenied, error.StatusCode);
    }
}
