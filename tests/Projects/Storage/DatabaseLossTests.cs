using Google.Rpc;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Tests.Fixtures;
using Segmentation.Protocol.Projects.V1;
using Segmentation.Tests.Shared;

namespace Segmentation.Projects.Tests.Storage;

public sealed class DatabaseLossTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Call_DatabaseKilledAndStartedAgain_IsUnavailableThenServedWithAllThatWasAcknowledged()
    {
        await using var database = await PostgresServer.StartAsync(Token);
        await using var record = TestRecord.Of(database.ConnectionString);
        await using var server = await ProjectsServer.StartAsync(record);
        var project = await TestProject.CreateAsync(record, server);
        var picture = await project.AddPictureAsync();
        var client = new AnnotationService.AnnotationServiceClient(server.As(TestProject.Manager));
        await client.ApplyOperationsAsync(
            project.Apply(picture, TestProject.Create(TestProject.NewAnnotation())), cancellationToken: Token);

        await database.KillAsync();
        var request = project.Apply(picture, TestProject.Create(TestProject.NewAnnotation()));
        var refused = await Assert.ThrowsAsync<RpcException>(
            () => client.ApplyOperationsAsync(request, cancellationToken: Token).ResponseAsync);
        Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
        Assert.NotNull(refused.GetRpcStatus()!.GetDetail<RetryInfo>());
        var health = server.Services.GetRequiredService<HealthCheckService>();
        Assert.Equal(HealthStatus.Degraded, await StatusAsync(health));

        await database.StartAsync(Token);
        var answer = await client.ApplyOperationsAsync(request, cancellationToken: Token);
        Assert.Equal((OperationResult.Applied, 2L), (answer.Outcomes[0].Result, answer.Revision));
        Assert.Equal(HealthStatus.Healthy, await StatusAsync(health));
    }

    [Fact]
    public async Task Start_DatabaseAway_ServesOnceItIsThere()
    {
        await using var database = await PostgresServer.StartAsync(Token);
        await database.StopAsync(Token);
        await using var record = TestRecord.Of(database.ConnectionString);
        await using var server = await ProjectsServer.StartAsync(record);
        var client = new ProjectService.ProjectServiceClient(server.As(TestProject.Manager));
        var refused = await Assert.ThrowsAsync<RpcException>(
            () => client.ListProjectsAsync(new ListProjectsRequest(), cancellationToken: Token).ResponseAsync);
        Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
        var health = server.Services.GetRequiredService<HealthCheckService>();
        Assert.Equal(HealthStatus.Degraded, await StatusAsync(health));

        await database.StartAsync(Token);
        await server.Services.GetRequiredService<DatabaseStart>().WaitAsync(Token);

        Assert.Empty((await client.ListProjectsAsync(new ListProjectsRequest(), cancellationToken: Token)).Projects);
    }

    [Theory, OnBothDatabases]
    public async Task WriteAsync_WorkFails_LeavesNothing(DatabaseKind kind)
    {
        await using var record = await TestRecord.CreateAsync(kind);
        await Assert.ThrowsAsync<InvalidOperationException>(() => record.Factory.WriteAsync(
            async (db, token) =>
            {
                await db.Database.ExecuteSqlAsync(
                    $"""INSERT INTO "Members" ("ProjectId", "Subject", "Role") VALUES ({Guid.NewGuid()}, 'ben', 1)""",
                    token);
                throw new InvalidOperationException("killed");
            },
            Token));

        await using var db = record.OpenAnother().Open();
        Assert.Equal(0, await db.Members.CountAsync(Token));
        await record.Factory.WriteAsync((db, token) => db.Members.CountAsync(token), Token);
    }

    [Theory, OnBothDatabases]
    public async Task WriteAsync_TwoInsertOneKey_SecondRunsAgainAndSeesTheFirst(DatabaseKind kind)
    {
        await using var record = await TestRecord.CreateAsync(kind);
        var project = Guid.NewGuid();
        var tries = 0;
        var other = record.OpenAnother();

        var found = await record.Factory.WriteAsync(
            async (db, token) =>
            {
                if (await db.Members.AnyAsync(row => row.ProjectId == project, token))
                {
                    return true;
                }

                if (tries++ == 0 && kind == DatabaseKind.Postgres)
                {
                    await InsertAsync(other, project, token);
                }

                db.Members.Add(NewMember(project));
                return false;
            },
            Token);

        // SQLite lets no second writer begin at all.
        Assert.Equal(kind == DatabaseKind.Postgres, found);
        Assert.Equal(1, tries);
    }

    private static Projects.Storage.Rows.MemberRow NewMember(Guid project) =>
        new() { ProjectId = project, Subject = "ben", Role = Role.Viewer };

    private static Task InsertAsync(ProjectsDbFactory factory, Guid project, CancellationToken cancellationToken) =>
        factory.WriteAsync(
            (db, _) =>
            {
                db.Members.Add(NewMember(project));
                return Task.CompletedTask;
            },
            cancellationToken);

    private static async Task<HealthStatus> StatusAsync(HealthCheckService health) =>
        (await health.CheckHealthAsync(check => check.Name == "projects-database", Token)).Status;
}
