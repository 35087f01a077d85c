using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Segmentation.Projects.Tests.Fixtures;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Tests.Reviewing.Jobs;

public sealed class JobTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, OnBothDatabases]
    public async Task CreateJob_SentTwice_JobsAreCreatedOnce(DatabaseKind kind)
    {
        await using var project = await ReviewProject.CreateAsync(kind);
        await project.AddPicturesAsync(5);
        var request = new CreateJobRequest
        {
            Project = project.Name,
            RequestId = Guid.CreateVersion7().ToString(),
            Name = "Cells",
            Kind = JobKind.Annotate,
            Assignees = { "anna", "otto" },
        };

        var first = await project.Jobs("mia").CreateJobAsync(request, cancellationToken: Stop);
        var again = await project.Jobs("mia").CreateJobAsync(request, cancellationToken: Stop);

        Assert.Equal(first, again);
        Assert.Equal([("anna", 3), ("otto", 2)], first.Jobs.Select(job => (job.Assignee, job.PictureCount)));
        Assert.Equal(2, (await project.Jobs("vera").ListJobsAsync(
            new() { Project = project.Name }, cancellationToken: Stop)).Jobs.Count);
    }

    [Theory, OnBothDatabases]
    public async Task FinishJobPicture_AllOfThem_JobAndPicturesAreDone(DatabaseKind kind)
    {
        await using var project = await ReviewProject.CreateAsync(kind);
        var pictures = await project.AddPicturesAsync(2);
        var job = (await CreateAsync(project, JobKind.Annotate, "anna"))[0];

        await project.FinishAsync("anna", job.Id, pictures[0]);
        await project.FinishAsync("anna", job.Id, pictures[0]);
        var half = await project.Jobs("vera").GetJobAsync(
            new() { Project = project.Name, Job = job.Id }, cancellationToken: Stop);
        await project.FinishAsync("anna", job.Id, pictures[1]);
        var whole = await project.Jobs("vera").GetJobAsync(
            new() { Project = project.Name, Job = job.Id }, cancellationToken: Stop);

        Assert.Equal((JobState.InProgress, 1), (half.State, half.FinishedCount));
        Assert.Equal((JobState.Done, 2, 3000L), (whole.State, whole.FinishedCount, whole.ActiveMs));
        Assert.Equal(PictureState.Done, (await project.PictureAsync(pictures[0])).State);
        var other = await Assert.ThrowsAsync<RpcException>(() => project.FinishAsync("otto", job.Id, pictures[0]));
        Assert.Equal(StatusCode.PermissionDenied, other.StatusCode);
    }

    [Fact]
    public async Task FinishJobPicture_JobIsCancelled_StaysCancelled()
    {
        await using var project = await ReviewProject.CreateAsync(DatabaseKind.Sqlite);
        var picture = (await project.AddPicturesAsync(1))[0];
        var job = (await CreateAsync(project, JobKind.Annotate, "anna"))[0];
        job.State = JobState.Cancelled;
        await UpdateAsync(project, job, "state");

        await project.FinishAsync("anna", job.Id, picture);

        var found = await project.Jobs("vera").GetJobAsync(
            new() { Project = project.Name, Job = job.Id }, cancellationToken: Stop);
        Assert.Equal((JobState.Cancelled, 1), (found.State, found.FinishedCount));
    }

    [Theory]
    [InlineData("due_time")]
    [InlineData("assignee")]
    [InlineData("name")]
    [InlineData("state")]
    [InlineData("due_time.seconds")]
    public async Task UpdateJob_WrongValue_IsRefused(string path)
    {
        await using var project = await ReviewProject.CreateAsync(DatabaseKind.Sqlite);
        await project.AddPicturesAsync(1);
        var job = (await CreateAsync(project, JobKind.Annotate))[0];
        job.DueTime = new Timestamp { Seconds = long.MaxValue };
        (job.Name, job.Assignee, job.State) = ("", new string('a', 501), (JobState)99);

        var refused = await Assert.ThrowsAsync<RpcException>(() => UpdateAsync(project, job, path));

        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
    }

    [Fact]
    public async Task FinishJobPicture_OfAReview_AcceptsThePicture()
    {
        await using var project = await ReviewProject.CreateAsync(DatabaseKind.Sqlite);
        var pictures = await project.AddPicturesAsync(2);
        var bad = await project.DrawAsync("anna", pictures[1], 0, 5);
        var job = (await CreateAsync(project, JobKind.Review, "rita"))[0];
        await project.JudgeAsync(pictures[1], bad, 1, VerdictKind.Unsatisfactory);

        await project.FinishAsync("rita", job.Id, pictures[0]);
        await project.FinishAsync("rita", job.Id, pictures[1]);

        Assert.Equal(PictureState.Accepted, (await project.PictureAsync(pictures[0])).State);
        Assert.Equal(PictureState.ToRevisit, (await project.PictureAsync(pictures[1])).State);
    }

    [Theory, OnBothDatabases]
    public async Task GetAgreement_OfReplicas_MeasuresPeopleAndWritesItIntoPictures(DatabaseKind kind)
    {
        await using var project = await ReviewProject.CreateAsync(kind);
        var picture = (await project.AddPicturesAsync(1))[0];
        var jobs = await CreateAsync(project, JobKind.Replica, "anna", "otto");
        await project.DrawAsync("anna", picture, 0, 4, jobs[0].Id);
        await project.FinishAsync("anna", jobs[0].Id, picture);
        Assert.Equal(0, (await project.PictureAsync(picture)).Agreement);
        await project.DrawAsync("otto", picture, 0, 5, jobs[1].Id);
        await project.FinishAsync("otto", jobs[1].Id, picture);

        var report = await project.Reviews("vera").GetAgreementAsync(
            new() { Project = project.Name, Job = jobs[1].Id }, cancellationToken: Stop);

        Assert.Equal(1, report.PictureCount);
        Assert.Equal(0.8, report.MeanIou, 12);
        Assert.Equal(["anna", "otto"], report.People.Select(person => person.Subject));
        Assert.Equal(0.8f, (await project.PictureAsync(picture)).Agreement, 1e-6f);
        Assert.Equal(0, (await project.PictureAsync(picture)).AnnotationCount);
        Assert.Equal(jobs[0].Id, jobs[1].Parent);
    }

    [Theory, OnBothDatabases]
    public async Task GetAgreement_OfGroundTruth_MeasuresWhatIsDrawnOnThePicture(DatabaseKind kind)
    {
        await using var project = await ReviewProject.CreateAsync(kind);
        var picture = (await project.AddPicturesAsync(1))[0];
        var job = (await CreateAsync(project, JobKind.GroundTruth, "otto"))[0];
        await project.DrawAsync("otto", picture, 0, 5, job.Id);
        await project.DrawAsync("anna", picture, 0, 5);
        await project.DrawAsync("anna", picture, 7, 9);
        await project.FinishAsync("otto", job.Id, picture);

        var report = await project.Reviews("vera").GetAgreementAsync(
            new() { Project = project.Name, Job = job.Id }, cancellationToken: Stop);

        var anna = Assert.Single(report.People);
        Assert.Equal(("anna", 2, 0.5, 1.0), (anna.Subject, anna.MaskCount, anna.Precision, anna.Recall));
    }

    [Theory, OnBothDatabases]
    public async Task GetAuditReport_CorrectedDeletedAndAddedMasks_FiguresByHand(DatabaseKind kind)
    {
        await using var project = await ReviewProject.CreateAsync(kind);
        var pictures = await project.AddPicturesAsync(2);
        var untouched = await project.DrawAsync("anna", pictures[0], 0, 2);
        var corrected = await project.DrawAsync("anna", pictures[0], 2, 6);
        var deleted = await project.DrawAsync("anna", pictures[0], 6, 10);
        await project.DrawAsync("anna", pictures[1], 0, 10);
        var audit = await project.Reviews("mia").CreateAuditAsync(new()
        {
            Project = project.Name, RequestId = Guid.CreateVersion7().ToString(), Name = "Audit", Seed = 7,
        }, cancellationToken: Stop);

        await project.ApplyAsync("otto", pictures[0], new Operation
        {
            BaseRevision = 1, Update = new Annotation { Id = corrected, Mask = ReviewProject.Columns(2, 7) },
        });
        await project.ApplyAsync("otto", pictures[0], new Operation { BaseRevision = 1, Delete = deleted });
        await project.DrawAsync("otto", pictures[0], 8, 9);
        await project.FinishAsync("otto", audit.Id, pictures[0]);
        var report = await project.Reviews("vera").GetAuditReportAsync(
            new() { Project = project.Name, Job = audit.Id }, cancellationToken: Stop);

        Assert.Equal((2, 1, 3, 1, 1), (
            report.PictureCount, report.FinishedCount, report.PairCount, report.AddedCount, report.DeletedCount));
        Assert.Equal(1 / 3.0, report.Above90.Value, 12);
        Assert.Equal(2 / 3.0, report.Above75.Value, 12);
        Assert.Equal((1 + 0.8 + 0) / 3, report.MeanIou, 12);
        Assert.NotEqual(untouched, corrected);
    }

    [Theory, OnBothDatabases]
    public async Task GetFigures_MasksDecisionsAndVerdicts_AreCountedOnce(DatabaseKind kind)
    {
        await using var project = await ReviewProject.CreateAsync(kind);
        var pictures = await project.AddPicturesAsync(3);
        var good = await project.DrawAsync("anna", pictures[0], 0, 2);
        await project.DrawAsync("otto", pictures[0], 2, 4);
        await project.JudgeAsync(pictures[0], good, 1, VerdictKind.Satisfactory);
        var (accepted, rejected) = (Guid.CreateVersion7().ToString(), Guid.CreateVersion7().ToString());
        foreach (var id in new[] { accepted, rejected })
        {
            await project.ApplyAsync("mia", pictures[1], new Operation
            {
                Create = new Annotation
                {
                    Id = id, Mask = ReviewProject.Columns(0, 3), State = AnnotationState.Proposed,
                    Provenance = new Provenance { Source = AnnotationSource.Proposed },
                },
            });
        }

        await project.ApplyAsync(
            "anna", pictures[1], new Operation { BaseRevision = 1, Accept = accepted, ActiveMs = 500 });
        await project.ApplyAsync("anna", pictures[1], new Operation { BaseRevision = 1, Reject = rejected });

        var figures = await project.Reviews("vera").GetFiguresAsync(
            new() { Project = project.Name }, cancellationToken: Stop);

        Assert.Equal((3, 2, 3), (figures.Total.MaskCount, figures.Total.PictureCount, figures.Total.TimedCount));
        Assert.Equal((2, 0.5, 1), (
            figures.Total.DecidedCount, figures.Total.AcceptedShare, figures.Total.SatisfactoryCount));
        Assert.Equal([("anna", 2L), ("otto", 1L)], figures.People.Select(row => (row.Name, row.MaskCount)));
        Assert.Equal(
            [("assisted", 2L), ("semi-automatic", 1L)], figures.Stages.Select(row => (row.Name, row.MaskCount)));
        Assert.Equal((1, 1, 1), (figures.MasksPerPicture[0], figures.MasksPerPicture[1], figures.MasksPerPicture[2]));
        Assert.Equal(1.5, figures.Total.SecondsPerMask, 12);
        var none = await project.Reviews("vera").GetFiguresAsync(
            new() { Project = project.Name, To = "2020-01-01" }, cancellationToken: Stop);
        Assert.Equal(0, none.Total.MaskCount);
    }

    private static async Task UpdateAsync(ReviewProject project, Job job, string path) =>
        await project.Jobs("mia").UpdateJobAsync(
            new UpdateJobRequest
            {
                Project = project.Name, Job = job, UpdateMask = new FieldMask { Paths = { path } },
            },
            cancellationToken: Stop);

    private static async Task<IList<Job>> CreateAsync(ReviewProject project, JobKind kind, params string[] people) =>
        (await project.Jobs("mia").CreateJobAsync(new CreateJobRequest
        {
            Project = project.Name, Name = "Job", Kind = kind, Assignees = { people },
        }, cancellationToken: Stop)).Jobs;
}
