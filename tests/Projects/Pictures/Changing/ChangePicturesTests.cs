using System.Security.Cryptography;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Segmentation.Projects.Objects;
using Segmentation.Projects.Pictures.Changing;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Projects.Tests.Fixtures;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Tests.Pictures.Changing;

public sealed class ChangePicturesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, OnBothDatabases]
    public async Task UpdatePictures_ManyFields_ChangeTogether(DatabaseKind kind)
    {
        await using var project = await PictureProject.CreateAsync(kind);
        var ids = await project.SeedAsync(4);

        var answer = await UpdateAsync(
            project,
            "mia",
            ids[..3],
            new Picture
            {
                Split = Split.Test,
                Priority = 7,
                ExcludedReason = "blurred",
                State = PictureState.Done,
                Attributes = Struct.Parser.ParseJson("""{"a": 1}"""),
                Name = "not in the mask",
            },
            "split", "priority", "excluded_reason", "state", "attributes");

        Assert.Equal(ids[..3], answer.Pictures.Select(picture => picture.Id));
        Assert.All(answer.Pictures, picture => Assert.Equal(
            (Split.Test, 7, "blurred", PictureState.Done, 1),
            (picture.Split, picture.Priority, picture.ExcludedReason, picture.State,
                (int)picture.Attributes.Fields["a"].NumberValue)));
        Assert.Equal("0001.png", answer.Pictures[0].Name);
        var other = await project.Anna.GetPictureAsync(
            new GetPictureRequest { Project = project.Name, Picture = ids[3] }, cancellationToken: Token);
        Assert.Equal((Split.Unspecified, 0), (other.Split, other.Priority));
    }

    [Fact]
    public async Task UpdatePictures_AnnotatorIsDone_TheDrawDecidesWhetherAReviewerLooks()
    {
        await using var project = await PictureProject.CreateAsync(settings: new ProjectSettings { ReviewShare = 0.5 });
        var ids = await project.SeedAsync(20);
        var states = new HashSet<PictureState>();
        foreach (var id in ids)
        {
            var answer = await UpdateAsync(
                project, "anna", [id], new Picture { State = PictureState.Done }, "state");
            states.Add(answer.Pictures[0].State);
        }

        var error = await Assert.ThrowsAsync<RpcException>(() => UpdateAsync(
            project, "anna", ids[..1], new Picture { State = PictureState.Accepted }, "state"));

        Assert.Equal([PictureState.Done, PictureState.Accepted], states.Order());
        Assert.Equal(StatusCode.PermissionDenied, error.StatusCode);
    }

    [Fact]
    public async Task UpdatePictures_Annotator_ChangesStateOfOnePictureOnly()
    {
        await using var project = await PictureProject.CreateAsync();
        var ids = await project.SeedAsync(2);
        var done = new Picture { State = PictureState.Done };

        var one = await UpdateAsync(project, "anna", ids[..1], done, "state", "excluded_reason");
        var many = await Assert.ThrowsAsync<RpcException>(() => UpdateAsync(project, "anna", ids, done, "state"));
        var split = await Assert.ThrowsAsync<RpcException>(() => UpdateAsync(project, "anna", ids[..1], done, "split"));

        Assert.Equal(PictureState.Done, one.Pictures[0].State);
        Assert.Equal((StatusCode.PermissionDenied, StatusCode.PermissionDenied), (many.StatusCode, split.StatusCode));
    }

    [Fact]
    public async Task UpdatePictures_WrongRequest_ChangesNothing()
    {
        await using var project = await PictureProject.CreateAsync();
        var ids = await project.SeedAsync(2);
        var values = new Picture
        {
            Name = "0002.png", Split = (Split)9, State = PictureState.Unspecified, Priority = 3,
        };

        foreach (var (pictures, fields, code) in new (List<long>, string[], StatusCode)[]
        {
            ([], ["priority"], StatusCode.InvalidArgument),
            (ids, [], StatusCode.InvalidArgument),
            (ids, ["width"], StatusCode.InvalidArgument),
            (ids, ["name"], StatusCode.InvalidArgument),
            (ids, ["split"], StatusCode.InvalidArgument),
            (ids, ["state"], StatusCode.InvalidArgument),
            (ids[..1], ["name"], StatusCode.AlreadyExists),
            ([ids[0], 999], ["priority"], StatusCode.NotFound),
        })
        {
            var refused = await Assert.ThrowsAsync<RpcException>(
                () => UpdateAsync(project, "mia", pictures, values, fields));
            Assert.Equal(code, refused.StatusCode);
        }

        await using var db = project.Open();
        Assert.False(await db.Pictures.AnyAsync(row => row.Priority != 0, Token));
    }

    [Theory, OnBothDatabases]
    public async Task DeletePictures_PictureOfAJob_LeavesListsAndTheJob(DatabaseKind kind)
    {
        await using var project = await PictureProject.CreateAsync(kind);
        var ids = await project.SeedAsync(3);
        await using (var db = project.Open())
        {
            var job = new JobRow
            {
                ProjectId = project.Id, Name = "job", Kind = JobKind.Annotate, State = JobState.New, Assignee = "",
                PictureCount = 3, FinishedCount = 2,
            };
            db.Jobs.Add(job);
            await db.SaveChangesAsync(Token);
            db.JobPictures.AddRange(ids.Select((id, i) => new JobPictureRow
            {
                JobId = job.Id,
                PictureId = id,
                Subject = "",
                State = i < 2 ? JobPictureState.Done : JobPictureState.Todo,
            }));
            await db.SaveChangesAsync(Token);
        }

        var denied = await Assert.ThrowsAsync<RpcException>(() => DeleteAsync(project, "anna", ids[0]));
        var missing = await Assert.ThrowsAsync<RpcException>(() => DeleteAsync(project, "mia", ids[0], 999));
        await DeleteAsync(project, "mia", ids[0]);

        Assert.Equal((StatusCode.PermissionDenied, StatusCode.NotFound), (denied.StatusCode, missing.StatusCode));
        var left = await project.Anna.ListPicturesAsync(
            new ListPicturesRequest { Project = project.Name }, cancellationToken: Token);
        Assert.Equal(ids[1..], left.Pictures.Select(picture => picture.Id));
        var gone = await Assert.ThrowsAsync<RpcException>(async () => await project.Anna.GetPictureAsync(
            new GetPictureRequest { Project = project.Name, Picture = ids[0] }, cancellationToken: Token));
        Assert.Equal(StatusCode.NotFound, gone.StatusCode);
        await using var after = project.Open();
        var counted = await after.Jobs.SingleAsync(Token);
        Assert.Equal((2, 1), (counted.PictureCount, counted.FinishedCount));
    }

    [Theory, OnBothDatabases]
    public async Task PurgeAsync_MonthAfterDeletion_RemovesRowsAndFilesThatNobodyHas(DatabaseKind kind)
    {
        await using var project = await PictureProject.CreateAsync(kind);
        var other = Guid.CreateVersion7();
        await project.AddProjectAsync(other, "other", new ProjectSettings());
        var (shared, own) = (TestImages.File(number: 1), TestImages.File(number: 2));
        await project.AddAsync("shared.png", shared, metadata => metadata.Project = other.ToString());
        var pictures = new[]
        {
            await project.AddAsync("shared.png", shared), await project.AddAsync("own.png", own),
            await project.AddAsync("kept.png", TestImages.File(number: 3)),
        };
        await DeleteAsync(project, "mia", [.. pictures.Select(picture => picture.Id)]);
        await using (var db = project.Open())
        {
            var old = TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(31);
            await db.Pictures.Where(row => row.DeleteTime != null && row.Name != "kept.png")
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.DeleteTime, old), Token);
            db.PictureLabels.Add(
                new PictureLabelRow { ProjectId = project.Id, LabelId = 1, PictureId = pictures[1].Id });
            await db.SaveChangesAsync(Token);
        }

        var count = await project.Server.Services.GetRequiredService<PicturePurge>().PurgeAsync(Token);

        Assert.Equal(2, count);
        await using var after = project.Open();
        Assert.Equal(["kept.png", "shared.png"],
            await after.Pictures.Select(row => row.Name).Order().ToListAsync(Token));
        Assert.False(await after.PictureLabels.AnyAsync(Token));
        var files = Path.Combine(project.Record.Folder, "objects");
        Assert.True(File.Exists(Path.Combine(files, ObjectKeys.Picture("acme", SHA256.HashData(shared)))));
        Assert.False(File.Exists(Path.Combine(files, ObjectKeys.Picture("acme", SHA256.HashData(own)))));
        Assert.False(File.Exists(Path.Combine(files, ObjectKeys.Thumbnail("acme", SHA256.HashData(own)))));
    }

    [Fact]
    public async Task AddPicture_NameAndFileOfADeletedOne_IsNew()
    {
        await using var project = await PictureProject.CreateAsync();
        var first = await project.AddAsync("a.png", TestImages.File());
        await DeleteAsync(project, "mia", first.Id);

        var second = await project.AddAsync("a.png", TestImages.File());

        Assert.NotEqual(first.Id, second.Id);
    }

    private static async Task<UpdatePicturesResponse> UpdateAsync(
        PictureProject project, string subject, List<long> pictures, Picture values, params string[] fields) =>
        await project.As(subject).UpdatePicturesAsync(
            new UpdatePicturesRequest
            {
                Project = project.Name,
                Pictures = { pictures },
                Values = values,
                UpdateMask = new FieldMask { Paths = { fields } },
            },
            cancellationToken: Token);

    private static async Task DeleteAsync(PictureProject project, string subject, params long[] pictures) =>
        await project.As(subject).DeletePicturesAsync(
            new DeletePicturesRequest { Project = project.Name, Pictures = { pictures } }, cancellationToken: Token);
}
