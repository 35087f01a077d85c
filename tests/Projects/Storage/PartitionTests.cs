using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Tests.Fixtures;
using Segmentation.Protocol.Projects.V1;
using Segmentation.Tests.Shared;

namespace Segmentation.Projects.Tests.Storage;

/// <summary>The script that divides the large tables of a PostgreSQL database.</summary>
public sealed class PartitionTests
{
    private static readonly string _script = Path.Combine(
        Repository.Root, "services", "Projects", "Storage", "partition.sql");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Partition_OfTablesWithRows_KeepsThemAndTheRulesOfOperations()
    {
        await using var record = await TestRecord.CreateAsync(DatabaseKind.Postgres);
        await using var server = await ProjectsServer.StartAsync(record);
        var project = await TestProject.CreateAsync(record, server, "car");
        var (picture, other) = (await project.AddPictureAsync(), await project.AddPictureAsync());
        var client = new AnnotationService.AnnotationServiceClient(server.As(TestProject.Manager));
        var create = TestProject.Create(TestProject.NewAnnotation(label: 1));
        var before = await client.ApplyOperationsAsync(project.Apply(picture, create), cancellationToken: Token);

        await using (var db = record.Factory.Open())
        {
            await db.Database.ExecuteSqlRawAsync(await File.ReadAllTextAsync(_script, Token), Token);
            var parts = await db.Database.SqlQueryRaw<long>("""SELECT count(*) AS "Value" FROM pg_partitioned_table""")
                .SingleAsync(Token);
            Assert.Equal(2, parts);
        }

        var again = await client.ApplyOperationsAsync(project.Apply(picture, create), cancellationToken: Token);
        var elsewhere = await client.ApplyOperationsAsync(project.Apply(other, create), cancellationToken: Token);
        await client.ApplyOperationsAsync(
            project.Apply(picture, new Operation
            {
                Id = Guid.CreateVersion7().ToString(), BaseRevision = 1, Delete = create.Create.Id,
            }),
            cancellationToken: Token);
        var history = await client.ListOperationsAsync(
            new ListOperationsRequest { Project = project.Id, Picture = picture }, cancellationToken: Token);

        Assert.Equal(before.Outcomes, again.Outcomes);
        Assert.Equal(OperationResult.Refused, elsewhere.Outcomes[0].Result);
        Assert.Equal([1, 2], history.Operations.Select(operation => operation.Sequence));
        Assert.True(await TestRecord.MigratorOf(record.Factory).IsCurrentAsync(Token));
    }
}
