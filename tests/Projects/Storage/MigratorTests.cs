using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Tests.Fixtures;

namespace Segmentation.Projects.Tests.Storage;

public sealed class MigratorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, OnBothDatabases]
    public async Task MigrateAsync_FourProcessesAtOnce_OneApplies(DatabaseKind kind)
    {
        await using var record = await TestRecord.CreateAsync(kind, isEmpty: true);
        var migrators = Enumerable.Range(0, 4).Select(_ => TestRecord.MigratorOf(record.OpenAnother())).ToList();

        var applied = await Task.WhenAll(
            migrators.Select(migrator => Task.Run(() => migrator.MigrateAsync(Token), Token)));

        await using var db = record.Factory.Open();
        Assert.Equal(db.Database.GetMigrations().Count(), applied.Sum());
        Assert.Single(applied, count => count > 0);
        Assert.True(await migrators[0].IsCurrentAsync(Token));
        Assert.False(await db.Projects.AnyAsync(Token));
    }

    [Theory, OnBothDatabases]
    public async Task MigrateAsync_DatabaseOneNewer_IsUsedAndTwoNewerRefused(DatabaseKind kind)
    {
        await using var record = await TestRecord.CreateAsync(kind);
        var migrator = TestRecord.MigratorOf(record.Factory);
        await AddMigrationAsync(record.Factory, "29990101000000_Next");

        Assert.Equal(0, await migrator.MigrateAsync(Token));
        Assert.True(await migrator.IsCurrentAsync(Token));

        await AddMigrationAsync(record.Factory, "29990101000001_AfterNext");
        var refused = await Assert.ThrowsAsync<InvalidDataException>(() => migrator.MigrateAsync(Token));
        Assert.Contains("29990101000001_AfterNext", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MigrateAsync_LockLeftByKilledProcess_IsForgotten()
    {
        await using var record = await TestRecord.CreateAsync(DatabaseKind.Sqlite, isEmpty: true);
        await using (var db = record.Factory.Open())
        {
            // As EF Core leaves them when the process dies between locking and unlocking.
            await db.Database.ExecuteSqlRawAsync(
                """
                CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER NOT NULL PRIMARY KEY, "Timestamp" TEXT NOT NULL);
                INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01');
                """,
                Token);
        }

        await File.WriteAllTextAsync(record.Factory.File + ".migrating", "", Token);

        Assert.True(await TestRecord.MigratorOf(record.Factory).MigrateAsync(Token) > 0);
    }

    private static async Task AddMigrationAsync(ProjectsDbFactory factory, string id)
    {
        await using var db = factory.Open();
        await db.Database.ExecuteSqlAsync(
            $"""INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion") VALUES ({id}, '99.0')""", Token);
    }
}
