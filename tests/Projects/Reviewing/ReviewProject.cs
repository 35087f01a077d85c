using Segmentation.Masks;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Projects.Tests.Fixtures;
using Segmentation.Protocol.Projects.V1;
using Segmentation.Protocol.V1;

namespace Segmentation.Projects.Tests.Reviewing;

/// <summary>A project with pictures of 10 x 10 pixels, on which masks are whole columns. Rita reviews.</summary>
internal sealed class ReviewProject(PictureProject project) : IAsyncDisposable
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public string Name => project.Name;

    public static async Task<ReviewProject> CreateAsync(DatabaseKind kind, ProjectSettings? settings = null)
    {
        var project = await PictureProject.CreateAsync(kind, settings);
        await using var db = project.Open();
        db.Members.Add(new MemberRow { ProjectId = project.Id, Subject = "rita", Role = Role.Reviewer });
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        return new ReviewProject(project);
    }

    public AnnotationService.AnnotationServiceClient Annotations(string subject) => new(project.Server.As(subject));

    public JobService.JobServiceClient Jobs(string subject) => new(project.Server.As(subject));

    public ReviewService.ReviewServiceClient Reviews(string subject) => new(project.Server.As(subject));

    /// <summary>Adds pictures; their ids.</summary>
    public async Task<long[]> AddPicturesAsync(int count)
    {
        await using var db = project.Open();
        var rows = Enumerable.Range(0, count).Select(place => new PictureRow
        {
            ProjectId = project.Id,
            Name = $"{place}.png",
            Sha256 = [.. Enumerable.Repeat((byte)place, 32)],
            Width = 10,
            Height = 10,
            SizeBytes = 100,
            MediaType = "image/png",
            ExifOrientation = 1,
            AttributesJson = "",
            ExcludedReason = "",
            SourcePath = "",
            State = PictureState.New,
            CreateTime = TimeProvider.System.GetUtcNow(),
            UpdateTime = TimeProvider.System.GetUtcNow(),
        }).ToArray();
        db.Pictures.AddRange(rows);
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        return [.. rows.Select(row => row.Id)];
    }

    /// <summary>A picture as it is now.</summary>
    public async Task<PictureRow> PictureAsync(long id)
    {
        await using var db = project.Open();
        return (await db.Pictures.FindAsync([id], TestContext.Current.CancellationToken))!;
    }

    /// <summary>Draws columns; the id of the annotation.</summary>
    public async Task<string> DrawAsync(string subject, long picture, int from, int to, long job = 0)
    {
        var id = Guid.CreateVersion7().ToString();
        await ApplyAsync(
            subject,
            picture,
            new Operation
            {
                Create = new Annotation { Id = id, Mask = Columns(from, to) }, ActiveMs = 2000, Clicks = 2,
            },
            job);
        return id;
    }

    /// <summary>Applies an operation, which must be applied.</summary>
    public async Task<OperationOutcome> ApplyAsync(string subject, long picture, Operation operation, long job = 0)
    {
        operation.Id = Guid.CreateVersion7().ToString();
        var response = await Annotations(subject).ApplyOperationsAsync(new ApplyOperationsRequest
        {
            Project = Name, Picture = picture, Operations = { operation }, Job = job,
        }, cancellationToken: Stop);
        var outcome = Assert.Single(response.Outcomes);
        Assert.Equal((OperationResult.Applied, ""), (outcome.Result, outcome.Reason));
        return outcome;
    }

    /// <summary>Judges one annotation.</summary>
    public async Task<JudgeAnnotationsResponse> JudgeAsync(
        long picture, string annotation, long revision, VerdictKind kind, string? id = null) =>
        await Reviews("rita").JudgeAnnotationsAsync(new JudgeAnnotationsRequest
        {
            Project = Name,
            Picture = picture,
            Verdicts =
            {
                new Verdict
                {
                    Id = id ?? Guid.CreateVersion7().ToString(),
                    Annotation = annotation,
                    AnnotationRevision = revision,
                    Kind = kind,
                    Note = "the edge",
                },
            },
        }, cancellationToken: Stop);

    /// <summary>Says that somebody is done with a picture of a job.</summary>
    public async Task FinishAsync(string subject, long job, long picture) => await Jobs(subject).FinishJobPictureAsync(
        new FinishJobPictureRequest { Project = Name, Job = job, Picture = picture, ActiveMs = 1000 },
        cancellationToken: Stop);

    public ValueTask DisposeAsync() => project.DisposeAsync();

    /// <summary>A mask of columns from one to below another.</summary>
    public static RunLengthEncoding Columns(int from, int to) => new()
    {
        Size = { 10, 10 },
        Counts = new RunLengths(10, 10, (uint)(10 * from), (uint)(10 * (to - from)), (uint)(10 * (10 - to)))
            .ToCocoString(),
    };
}
