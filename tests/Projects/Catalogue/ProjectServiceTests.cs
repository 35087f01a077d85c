using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Segmentation.Projects.Tests.Fixtures;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Tests.Catalogue;

public sealed class ProjectServiceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, OnBothDatabases]
    public async Task CreateProject_SameRequestManyTimesAtOnce_CreatesOne(DatabaseKind kind)
    {
        await using var record = await TestRecord.CreateAsync(kind);
        await using var first = await ProjectsServer.StartAsync(record);
        await using var second = await ProjectsServer.StartAsync(record);
        var request = new CreateProjectRequest
        {
            Project = new Project { Id = Guid.NewGuid().ToString(), Name = "Streets" }, Labels = { "car", "tree" },
        };

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            index => Client(index % 2 == 0 ? first : second).CreateProjectAsync(request, cancellationToken: Token)
                .ResponseAsync));

        Assert.Single(answers.Distinct());
        Assert.Equal(Role.Manager, answers[0].Role);
        var labels = await Client(first).ListLabelsAsync(
            new ListLabelsRequest { Project = request.Project.Id }, cancellationToken: Token);
        Assert.Equal([(1, "car"), (2, "tree")], labels.Labels.Select(label => (label.Id, label.Name)));
        var sameName = request.Clone();
        sameName.Project.Id = Guid.NewGuid().ToString();
        Assert.Equal(
            StatusCode.AlreadyExists,
            await CodeAsync(() => Client(first).CreateProjectAsync(sameName, cancellationToken: Token).ResponseAsync));
        Assert.Equal(
            StatusCode.AlreadyExists,
            await CodeAsync(
                () => Client(first, "ben").CreateProjectAsync(request, cancellationToken: Token).ResponseAsync));
    }

    [Theory, OnBothDatabases]
    public async Task ListProjects_ByPages_HasThoseOfTheCallerInOrderOfNames(DatabaseKind kind)
    {
        await using var record = await TestRecord.CreateAsync(kind);
        await using var server = await ProjectsServer.StartAsync(record);
        foreach (var name in new[] { "delta", "alpha", "echo", "bravo", "charlie" })
        {
            await CreateAsync(server, name, Role.Unspecified);
        }

        await CreateAsync(server, "open to all", Role.Viewer);

        var names = new List<string>();
        var request = new ListProjectsRequest { PageSize = 2 };
        do
        {
            var page = await Client(server).ListProjectsAsync(request, cancellationToken: Token);
            names.AddRange(page.Projects.Select(project => project.Name));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal(["alpha", "bravo", "charlie", "delta", "echo", "open to all"], names);
        var others = await Client(server, "ben").ListProjectsAsync(new ListProjectsRequest(), cancellationToken: Token);
        Assert.Equal(("open to all", Role.Viewer), (Assert.Single(others.Projects).Name, others.Projects[0].Role));
        var strangers = await new ProjectService.ProjectServiceClient(server.As("ben", "other")).ListProjectsAsync(
            new ListProjectsRequest(), cancellationToken: Token);
        Assert.Empty(strangers.Projects);
    }

    [Theory, OnBothDatabases]
    public async Task UpdateProject_OldRevision_IsAbortedWithTheCurrentProject(DatabaseKind kind)
    {
        await using var record = await TestRecord.CreateAsync(kind);
        await using var server = await ProjectsServer.StartAsync(record);
        var project = await CreateAsync(server, "Streets", Role.Unspecified);
        var change = new UpdateProjectRequest
        {
            Project = new Project
            {
                Id = project.Id,
                Revision = project.Revision,
                Settings = new ProjectSettings { Model = "b", PictureSeed = 7 },
            },
            UpdateMask = new FieldMask { Paths = { "settings.model" } },
        };
        var changed = await Client(server).UpdateProjectAsync(change, cancellationToken: Token);
        Assert.Equal(("b", 0L), (changed.Settings.Model, changed.Settings.PictureSeed));

        var refused = await Assert.ThrowsAsync<RpcException>(
            () => Client(server).UpdateProjectAsync(change, cancellationToken: Token).ResponseAsync);

        Assert.Equal(StatusCode.Aborted, refused.StatusCode);
        Assert.Equal(changed, refused.GetRpcStatus()!.GetDetail<Project>());
        change.UpdateMask = new FieldMask { Paths = { "creator" } };
        Assert.Equal(
            StatusCode.InvalidArgument,
            await CodeAsync(() => Client(server).UpdateProjectAsync(change, cancellationToken: Token).ResponseAsync));
    }

    [Theory, OnBothDatabases]
    public async Task DeleteProject_AndUndelete_HidesAndRestores(DatabaseKind kind)
    {
        await using var record = await TestRecord.CreateAsync(kind);
        await using var server = await ProjectsServer.StartAsync(record);
        var project = await CreateAsync(server, "Streets", Role.Viewer);
        var get = new GetProjectRequest { Project = project.Id };

        await Client(server).DeleteProjectAsync(
            new DeleteProjectRequest { Project = project.Id }, cancellationToken: Token);
        Assert.Equal(
            StatusCode.NotFound,
            await CodeAsync(() => Client(server).GetProjectAsync(get, cancellationToken: Token).ResponseAsync));
        var restore = new UndeleteProjectRequest { Project = project.Id };
        Assert.Equal(
            StatusCode.PermissionDenied,
            await CodeAsync(() => Client(server, "ben").UndeleteProjectAsync(restore, cancellationToken: Token)
                .ResponseAsync));

        var restored = await Client(server).UndeleteProjectAsync(restore, cancellationToken: Token);

        Assert.Null(restored.DeleteTime);
        Assert.Equal("Streets", (await Client(server).GetProjectAsync(get, cancellationToken: Token)).Name);
    }

    [Fact]
    public async Task SetMember_LastManager_KeepsTheRole()
    {
        await using var record = await TestRecord.CreateAsync(DatabaseKind.Sqlite);
        await using var server = await ProjectsServer.StartAsync(record);
        var project = await CreateAsync(server, "Streets", Role.Unspecified);
        var resign = new SetMemberRequest
        {
            Project = project.Id, Member = new Member { Subject = TestProject.Manager, Role = Role.Annotator },
        };

        Assert.Equal(
            StatusCode.FailedPrecondition,
            await CodeAsync(() => Client(server).SetMemberAsync(resign, cancellationToken: Token).ResponseAsync));
        await Client(server).SetMemberAsync(
            new SetMemberRequest { Project = project.Id, Member = new Member { Subject = "ben", Role = Role.Manager } },
            cancellationToken: Token);
        await Client(server).SetMemberAsync(resign, cancellationToken: Token);
        Assert.Equal(
            StatusCode.PermissionDenied,
            await CodeAsync(() => Client(server).SetMemberAsync(resign, cancellationToken: Token).ResponseAsync));
    }

    [Theory, OnBothDatabases]
    public async Task CreateLabel_PicturesThatAreDone_GoBackToRevisit(DatabaseKind kind)
    {
        await using var record = await TestRecord.CreateAsync(kind);
        await using var server = await ProjectsServer.StartAsync(record);
        var project = await TestProject.CreateAsync(record, server, "car");
        var (done, begun) = (
            await project.AddPictureAsync(PictureState.Done), await project.AddPictureAsync(PictureState.InProgress));

        var create = new CreateLabelRequest { Project = project.Id, Label = new Label { Name = "tree", Hotkey = "t" } };
        var label = await Client(server).CreateLabelAsync(create, cancellationToken: Token);

        Assert.Equal((2, "t", LabelKind.Any), (label.Id, label.Hotkey, label.Kind));
        Assert.Equal(PictureState.ToRevisit, (await project.PictureAsync(done)).State);
        Assert.Equal(PictureState.InProgress, (await project.PictureAsync(begun)).State);
        Assert.Equal(
            StatusCode.AlreadyExists,
            await CodeAsync(() => Client(server).CreateLabelAsync(create, cancellationToken: Token).ResponseAsync));

        await Client(server).DeleteLabelAsync(
            new DeleteLabelRequest { Project = project.Id, Label = 2 }, cancellationToken: Token);
        var again = await Client(server).CreateLabelAsync(create, cancellationToken: Token);
        Assert.Equal(3, again.Id);
        var restore = new UpdateLabelRequest
        {
            Project = project.Id,
            Label = new Label { Id = 2 },
            UpdateMask = new FieldMask { Paths = { "delete_time" } },
        };
        Assert.Equal(
            StatusCode.AlreadyExists,
            await CodeAsync(() => Client(server).UpdateLabelAsync(restore, cancellationToken: Token).ResponseAsync));
    }

    [Theory, OnBothDatabases]
    public async Task GetProject_WithPictures_CountsThem(DatabaseKind kind)
    {
        await using var record = await TestRecord.CreateAsync(kind);
        await using var server = await ProjectsServer.StartAsync(record);
        var project = await TestProject.CreateAsync(record, server);
        var picture = await project.AddPictureAsync();
        await project.AddPictureAsync(PictureState.Done);
        await new AnnotationService.AnnotationServiceClient(server.As(TestProject.Manager)).ApplyOperationsAsync(
            project.Apply(
                picture,
                TestProject.Create(TestProject.NewAnnotation()),
                TestProject.Create(TestProject.NewAnnotation(state: AnnotationState.Proposed))),
            cancellationToken: Token);

        var found = await Client(server).GetProjectAsync(
            new GetProjectRequest { Project = project.Id }, cancellationToken: Token);

        Assert.Equal(new ProjectCounts { Pictures = 2, Done = 1, Annotations = 1, Proposals = 1 }, found.Counts);
    }

    private static async Task<Project> CreateAsync(ProjectsServer server, string name, Role defaultRole) =>
        await Client(server).CreateProjectAsync(
            new CreateProjectRequest
            {
                Project = new Project { Name = name, Settings = new ProjectSettings { DefaultRole = defaultRole } },
            },
            cancellationToken: Token);

    private static ProjectService.ProjectServiceClient Client(
        ProjectsServer server, string subject = TestProject.Manager) => new(server.As(subject));

    private static async Task<StatusCode> CodeAsync(Func<Task> call) =>
        (await Assert.ThrowsAsync<RpcException>(call)).StatusCode;
}
