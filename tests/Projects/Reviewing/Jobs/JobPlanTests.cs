using Google.Rpc;
using Grpc.Core;
using Segmentation.Projects.Reviewing.Jobs;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Tests.Reviewing.Jobs;

public sealed class JobPlanTests
{
    private static readonly ProjectSettings _settings = new() { Replicas = 3 };

    [Fact]
    public void Deal_SeveralPeople_PicturesAreDealtInTurn()
    {
        var jobs = JobPlan.Deal(Request(JobKind.Annotate, "ann", "bob"), _settings, [1, 2, 3]);

        Assert.Equal(
            [("ann", "1 3"), ("bob", "2")], jobs.Select(job => (job.Assignee, string.Join(' ', job.Pictures))));
    }

    [Fact]
    public void Deal_MorePeopleThanPictures_NoJobIsEmpty() =>
        Assert.Equal(
            ["ann"],
            JobPlan.Deal(Request(JobKind.Annotate, "ann", "bob"), _settings, [7]).Select(job => job.Assignee));

    [Fact]
    public void Deal_Replicas_EverybodyHasAllPictures() => Assert.All(
        JobPlan.Deal(Request(JobKind.Replica, "ann", "bob"), _settings, [1, 2, 3]),
        job => Assert.Equal([1, 2, 3], job.Pictures));

    [Fact]
    public void Deal_ReplicasForAnybody_AsManyAsTheProjectSays()
    {
        Assert.Equal(3, JobPlan.Deal(Request(JobKind.Replica), _settings, [1]).Count);
        Assert.Equal(2, JobPlan.Deal(Request(JobKind.Replica), new ProjectSettings(), [1]).Count);
    }

    [Theory]
    [InlineData(JobKind.Unspecified, "kind")]
    [InlineData(JobKind.Audit, "kind")]
    [InlineData((JobKind)77, "kind")]
    [InlineData(JobKind.Replica, "assignees", "ann")]
    [InlineData(JobKind.Annotate, "assignees", "ann", "ann")]
    [InlineData(JobKind.Annotate, "assignees", "")]
    public void Check_WrongRequest_NamesTheField(JobKind kind, string field, params string[] people)
    {
        var error = Assert.Throws<RpcException>(() => JobPlan.Check(Request(kind, people)));

        Assert.Equal(field, error.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations[0].Field);
    }

    private static CreateJobRequest Request(JobKind kind, params string[] people) =>
        new() { Name = "Cells", Kind = kind, Assignees = { people } };
}
