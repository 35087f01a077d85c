using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Segmentation.Projects.Segmenting;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Projects.Tests.Fixtures;
using Segmentation.Projects.Tests.Segmenting;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Tests.Pictures.Handing;

public sealed class NextPictureTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(PictureOrder.Unspecified, new[] { 3, 1, 2, 4, 5 })]
    [InlineData(PictureOrder.Sequence, new[] { 3, 1, 2, 4, 5 })]
    [InlineData(PictureOrder.LowestPredictedIou, new[] { 2, 4, 1, 5, 3 })]
    [InlineData(PictureOrder.MostDisagreement, new[] { 5, 4, 1, 2, 3 })]
    [InlineData(PictureOrder.UnsatisfactoryFirst, new[] { 4, 1, 2, 3, 5 })]
    public async Task NextPicture_Order_IsTheProjects(PictureOrder order, int[] expected)
    {
        await using var project = await PictureProject.CreateAsync(
            settings: new ProjectSettings { PictureOrder = order });
        float[] ious = [0.7f, 0.2f, 0, 0.5f, 0.9f];
        float[] agreements = [0, 0, 0, 0.6f, 0.3f];
        var ids = await project.SeedAsync(5, (row, number) =>
        {
            row.Priority = number == 3 ? 1 : 0;
            row.MeanPredictedIou = ious[number - 1];
            row.Agreement = agreements[number - 1];
            row.UnsatisfactoryCount = number == 4 ? 2 : 0;
        });

        var first = await NextAsync(project, "anna");
        var given = new List<long> { first.Picture.Id };
        for (var i = 0; i < 4; i++)
        {
            given.Add((await NextAsync(project, "anna")).Picture.Id);
        }

        Assert.Equal(expected.Select(number => ids[number - 1]), given);
        Assert.Equal(expected[1..4].Select(number => ids[number - 1]), first.Upcoming);
        Assert.Equal("anna", first.Picture.Lease.Subject);
        var none = await Assert.ThrowsAsync<RpcException>(() => NextAsync(project, "otto"));
        Assert.Equal(StatusCode.NotFound, none.StatusCode);
    }

    [Fact]
    public async Task NextPicture_RandomBySeed_IsRepeatableAndGivesEachOnce()
    {
        var orders = new List<List<long>>();
        foreach (var seed in new[] { 1L, 1L, 2L })
        {
            await using var project = await PictureProject.CreateAsync(
                settings: new ProjectSettings { PictureOrder = PictureOrder.Random, PictureSeed = seed });
            var ids = await project.SeedAsync(40);
            var given = new List<long>();
            for (var i = 0; i < ids.Count; i++)
            {
                given.Add((await NextAsync(project, "anna")).Picture.Id);
            }

            Assert.Equal(ids, given.Order());
            Assert.NotEqual(ids, given);
            orders.Add(given);
        }

        Assert.Equal(orders[0], orders[1]);
        Assert.NotEqual(orders[0], orders[2]);
    }

    [Theory, OnBothDatabases]
    public async Task NextPicture_ManyPeopleAtOnce_NobodyGetsTheSame(DatabaseKind kind)
    {
        await using var project = await PictureProject.CreateAsync(kind);
        await using var second = await ProjectsServer.StartAsync(project.Record);
        var ids = await project.SeedAsync(60);

        var given = await Task.WhenAll(Enumerable.Range(0, 60).Select(async number =>
        {
            var server = number % 2 == 0 ? project.Server : second;
            var client = new PictureService.PictureServiceClient(server.As(number % 3 == 0 ? "anna" : "otto"));
            var answer = await client.NextPictureAsync(
                new NextPictureRequest { Project = project.Name, Holder = Guid.NewGuid().ToString() },
                cancellationToken: Token);
            return answer.Picture.Id;
        }));

        Assert.Equal(ids, given.Order());
    }

    [Fact]
    public async Task NextPicture_FinishedExcludedOrFiltered_IsNotGiven()
    {
        await using var project = await PictureProject.CreateAsync();
        var ids = await project.SeedAsync(6, (row, number) =>
        {
            row.State = number switch
            {
                1 => PictureState.Done,
                2 => PictureState.Accepted,
                3 => PictureState.ToRevisit,
                _ => PictureState.New,
            };
            row.ExcludedReason = number == 4 ? "blurred" : "";
            row.Split = number == 6 ? Split.Test : Split.Train;
        });

        var test = await NextAsync(project, "anna",
            request => request.Filter = new PictureFilter { Splits = { Split.Test } });
        var after = await NextAsync(project, "anna", request => request.After = ids[2]);

        Assert.Equal((ids[5], ids[4]), (test.Picture.Id, after.Picture.Id));
    }

    [Theory, OnBothDatabases]
    public async Task NextPicture_Job_GivesItsOwnPicturesToItsAssignee(DatabaseKind kind)
    {
        await using var project = await PictureProject.CreateAsync(kind);
        var ids = await project.SeedAsync(4, (row, _) => row.State = PictureState.Done);
        var replica = await JobAsync(project, JobKind.Replica, "anna", ids[1..3]);
        var over = await JobAsync(project, JobKind.Annotate, "", ids);
        await using (var db = project.Open())
        {
            (await db.Jobs.FindAsync([over], Token))!.State = JobState.Done;
            db.JobPictures.Single(row =>
                row.JobId == replica && row.PictureId == ids[1]).State = JobPictureState.Skipped;
            await db.SaveChangesAsync(Token);
        }

        // A lease of the picture itself does not hide it from a job that draws beside it.
        await LeaseAsync(project, "otto", ids[2]);
        var given = await NextAsync(project, "anna", request => request.Job = replica);
        var other = await Assert.ThrowsAsync<RpcException>(() => NextAsync(project, "otto",
            request => request.Job = replica));
        var ended = await Assert.ThrowsAsync<RpcException>(() => NextAsync(project, "anna",
            request => request.Job = over));
        var unknown = await Assert.ThrowsAsync<RpcException>(() => NextAsync(project, "anna",
            request => request.Job = 99));

        Assert.Equal((ids[2], "anna"), (given.Picture.Id, given.Picture.Lease.Subject));
        Assert.Equal(
            (StatusCode.FailedPrecondition, StatusCode.FailedPrecondition, StatusCode.NotFound),
            (other.StatusCode, ended.StatusCode, unknown.StatusCode));
    }

    [Theory, OnBothDatabases]
    public async Task LeasePicture_HeldByAnother_IsRefusedUntilTakenOverOrOver(DatabaseKind kind)
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var project = await PictureProject.CreateAsync(
            kind, configure: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var id = (await project.SeedAsync(1))[0];
        var holder = Guid.NewGuid().ToString();

        var first = await LeaseAsync(project, "anna", id, holder);
        var held = await Assert.ThrowsAsync<RpcException>(() => LeaseAsync(project, "otto", id));
        var window = await Assert.ThrowsAsync<RpcException>(() => LeaseAsync(project, "anna", id));
        clock.Advance(TimeSpan.FromSeconds(60));
        var renewed = await LeaseAsync(project, "anna", id, holder, request => request.Seconds = 120);
        clock.Advance(TimeSpan.FromSeconds(100));
        var still = await Assert.ThrowsAsync<RpcException>(() => LeaseAsync(project, "otto", id));
        var taken = await LeaseAsync(project, "otto", id, change: request => request.TakeOver = true);
        var lost = await Assert.ThrowsAsync<RpcException>(() => LeaseAsync(project, "anna", id, holder));
        clock.Advance(TimeSpan.FromSeconds(91));
        var free = await LeaseAsync(project, "anna", id, holder);

        Assert.Equal(90, (first.ExpireTime.ToDateTimeOffset() - clock.GetUtcNow()).TotalSeconds + 251, 1.0);
        Assert.Equal(
            (StatusCode.FailedPrecondition, StatusCode.FailedPrecondition, StatusCode.FailedPrecondition,
                StatusCode.FailedPrecondition),
            (held.StatusCode, window.StatusCode, still.StatusCode, lost.StatusCode));
        Assert.Equal(("anna", holder), (held.GetRpcStatus()!.GetDetail<Lease>()!.Subject, renewed.Holder));
        Assert.Equal(("otto", "anna"), (taken.Subject, free.Subject));
    }

    [Fact]
    public async Task ReleasePicture_OwnLease_FreesThePicture()
    {
        await using var project = await PictureProject.CreateAsync();
        var id = (await project.SeedAsync(1))[0];
        var holder = Guid.NewGuid().ToString();
        await LeaseAsync(project, "anna", id, holder);

        await project.As("otto").ReleasePictureAsync(
            new ReleasePictureRequest { Project = project.Name, Picture = id, Holder = holder },
                cancellationToken: Token);
        var held = await Assert.ThrowsAsync<RpcException>(() => LeaseAsync(project, "otto", id));
        await project.Anna.ReleasePictureAsync(
            new ReleasePictureRequest { Project = project.Name, Picture = id, Holder = holder },
                cancellationToken: Token);
        await LeaseAsync(project, "otto", id);

        Assert.Equal(StatusCode.FailedPrecondition, held.StatusCode);
    }

    [Theory]
    [InlineData("window", 0)]
    [InlineData("", 0)]
    [InlineData("0197f3a1-0000-7000-8000-000000000001", 29)]
    [InlineData("0197f3a1-0000-7000-8000-000000000001", 601)]
    public async Task LeasePicture_WrongHolderOrTime_IsRefused(string holder, int seconds)
    {
        await using var project = await PictureProject.CreateAsync();
        var id = (await project.SeedAsync(1))[0];

        var refused = await Assert.ThrowsAsync<RpcException>(
            () => LeaseAsync(project, "anna", id, holder, request => request.Seconds = seconds));

        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
    }

    [Fact]
    public async Task NextPicture_Gateway_EmbedsThePictureAndThoseThatFollow()
    {
        await using var gateway = await TestGateway.StartAsync();
        await using var project = await PictureProject.CreateAsync(
            settings: new ProjectSettings { Model = "sam-b" },
            configure: builder => builder.Services.UseGateway(_ => new GatewayConnection(gateway.Address)));
        var pictures = new List<Picture>();
        for (var number = 0; number < 6; number++)
        {
            pictures.Add(await project.AddAsync($"{number}.png", TestImages.File(number: number)));
        }

        await NextAsync(project, "anna");

        await gateway.WaitAsync(4, Token);
        Assert.Equal(
            pictures[..4].Select(picture => picture.ImageId).Order(),
                gateway.Uploads.Select(upload => upload.ImageId).Order());
        Assert.All(gateway.Uploads, upload => Assert.Equal(("acme", "sam-b"), (upload.Tenant, upload.Model)));
    }

    private static async Task<long> JobAsync(PictureProject project, JobKind kind, string assignee, List<long> pictures)
    {
        await using var db = project.Open();
        var job = new JobRow
        {
            ProjectId = project.Id, Name = $"{kind}", Kind = kind, State = JobState.New, Assignee = assignee,
        };
        db.Jobs.Add(job);
        await db.SaveChangesAsync(Token);
        db.JobPictures.AddRange(pictures.Select(id => new JobPictureRow
        {
            JobId = job.Id, PictureId = id, Subject = "", State = JobPictureState.Todo,
        }));
        await db.SaveChangesAsync(Token);
        return job.Id;
    }

    private static async Task<NextPictureResponse> NextAsync(
        PictureProject project, string subject, Action<NextPictureRequest>? change = null)
    {
        var request = new NextPictureRequest { Project = project.Name, Holder = Guid.NewGuid().ToString() };
        change?.Invoke(request);
        return await project.As(subject).NextPictureAsync(request, cancellationToken: Token);
    }

    private static async Task<Lease> LeaseAsync(
        PictureProject project, string subject, long picture, string? holder = null,
            Action<LeasePictureRequest>? change = null)
    {
        var request = new LeasePictureRequest
        {
            Project = project.Name, Picture = picture, Holder = holder ?? Guid.NewGuid().ToString(),
        };
        change?.Invoke(request);
        return await project.As(subject).LeasePictureAsync(request, cancellationToken: Token);
    }
}
