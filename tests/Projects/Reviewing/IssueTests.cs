using Grpc.Core;
using Segmentation.Projects.Tests.Fixtures;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Tests.Reviewing;

public sealed class IssueTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, OnBothDatabases]
    public async Task WriteIssue_OpenedCommentedResolved_CommentsStay(DatabaseKind kind)
    {
        await using var project = await ReviewProject.CreateAsync(kind);
        var picture = (await project.AddPicturesAsync(1))[0];
        var issue = new Issue { Id = NewId(), X = 3.5, Y = 4, Comments = { Comment("Is this a cell?") } };
        await WriteAsync(project, "anna", picture, issue);
        await WriteAsync(project, "anna", picture, issue);
        Assert.Equal(1, (await project.PictureAsync(picture)).OpenIssueCount);

        var resolved = await WriteAsync(
            project, "rita", picture, new Issue { Id = issue.Id, Resolved = true, Comments = { Comment("No.") } });

        Assert.Equal(
            [("anna", "Is this a cell?"), ("rita", "No.")],
            resolved.Comments.Select(comment => (comment.Author, comment.Text)));
        Assert.Equal((true, 3.5), (resolved.Resolved, resolved.X));
        Assert.Equal(0, (await project.PictureAsync(picture)).OpenIssueCount);
        var listed = await project.Reviews("vera").ListIssuesAsync(
            new() { Project = project.Name, Picture = picture }, cancellationToken: Stop);
        Assert.Equal(resolved, Assert.Single(listed.Issues));
    }

    [Fact]
    public async Task WriteIssue_IdOfAnotherPicture_IsRefused()
    {
        await using var project = await ReviewProject.CreateAsync(DatabaseKind.Sqlite);
        var pictures = await project.AddPicturesAsync(2);
        var issue = new Issue { Id = NewId() };
        await WriteAsync(project, "anna", pictures[0], issue);

        var error = await Assert.ThrowsAsync<RpcException>(() => WriteAsync(project, "anna", pictures[1], issue));

        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
    }

    private static string NewId() => Guid.CreateVersion7().ToString();

    private static IssueComment Comment(string text) => new() { Id = NewId(), Text = text };

    private static async Task<Issue> WriteAsync(ReviewProject project, string subject, long picture, Issue issue) =>
        await project.Reviews(subject).WriteIssueAsync(
            new() { Project = project.Name, Picture = picture, Issue = issue }, cancellationToken: Stop);
}
