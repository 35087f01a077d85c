using Segmentation.Masks;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;
using Segmentation.Protocol.V1;

namespace Segmentation.Projects.Tests.Fixtures;

/// <summary>A project with the manager <see cref="Manager"/> and pictures without files.</summary>
internal sealed class TestProject(TestRecord record, Project project)
{
    /// <summary>Manager of the project.</summary>
    public const string Manager = "mara";

    /// <summary>Width of its pictures in pixels.</summary>
    public const int Width = 12;

    /// <summary>Height of its pictures in pixels.</summary>
    public const int Height = 8;

    private int _pictures;

    /// <summary>Its id, as requests name it.</summary>
    public string Id => project.Id;

    /// <summary>Its id.</summary>
    public Guid Guid => Guid.Parse(project.Id);

    /// <summary>Creates a project by the service.</summary>
    public static async Task<TestProject> CreateAsync(
        TestRecord record, ProjectsServer server, params string[] labels)
    {
        var project = await new ProjectService.ProjectServiceClient(server.As(Manager)).CreateProjectAsync(
            new CreateProjectRequest
            {
                Project = new Project { Name = $"Street {Guid.NewGuid()}" }, Labels = { labels },
            },
            cancellationToken: TestContext.Current.CancellationToken);
        return new TestProject(record, project);
    }

    /// <summary>Gives somebody a role.</summary>
    public Task SetRoleAsync(ProjectsServer server, string subject, Role role) =>
        new ProjectService.ProjectServiceClient(server.As(Manager)).SetMemberAsync(
            new SetMemberRequest { Project = Id, Member = new Member { Subject = subject, Role = role } },
            cancellationToken: TestContext.Current.CancellationToken).ResponseAsync;

    /// <summary>Adds a picture to the record.</summary>
    public async Task<long> AddPictureAsync(PictureState state = PictureState.New)
    {
        await using var db = record.Factory.Open();
        var row = new PictureRow
        {
            ProjectId = Guid,
            Name = $"picture-{_pictures++}.png",
            Sha256 = Guid.NewGuid().ToByteArray().Concat(Guid.NewGuid().ToByteArray()).ToArray(),
            Width = Width,
            Height = Height,
            MediaType = "image/png",
            AttributesJson = "",
            ExcludedReason = "",
            SourcePath = "",
            State = state,
            CreateTime = TimeProvider.System.GetUtcNow(),
            UpdateTime = TimeProvider.System.GetUtcNow(),
        };
        db.Pictures.Add(row);
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        return row.Id;
    }

    /// <summary>Reads a picture from the record.</summary>
    public async Task<PictureRow> PictureAsync(long id)
    {
        await using var db = record.Factory.Open();
        return (await db.Pictures.FindAsync([id], TestContext.Current.CancellationToken))!;
    }

    /// <summary>A mask that covers a box.</summary>
    public static RunLengthEncoding Mask(int x, int y, int width, int height)
    {
        var pixels = new byte[Width * Height];
        for (var row = y; row < y + height; row++)
        {
            pixels.AsSpan((row * Width) + x, width).Fill(1);
        }

        return new RunLengthEncoding
        {
            Size = { Height, Width }, Counts = RunLengths.FromBytes(Height, Width, pixels).ToCocoString(),
        };
    }

    /// <summary>A new annotation.</summary>
    public static Annotation NewAnnotation(int label = 0, AnnotationState state = AnnotationState.Active) => new()
    {
        Id = Guid.CreateVersion7().ToString(), Mask = Mask(2, 3, 4, 2), Label = label, State = state,
    };

    /// <summary>An operation with a new id.</summary>
    public static Operation Create(Annotation annotation) => new()
    {
        Id = Guid.CreateVersion7().ToString(), Create = annotation,
    };

    /// <summary>A request for a picture.</summary>
    public ApplyOperationsRequest Apply(long picture, params IEnumerable<Operation> operations) => new()
    {
        Project = Id, Picture = picture, Operations = { operations },
    };
}
