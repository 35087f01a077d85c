using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using Segmentation.Projects.Configuration;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Tests.Fixtures;

namespace Segmentation.Projects.Tests.Storage;

public sealed class DatabaseHealthTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, OnBothDatabases]
    public async Task CheckHealthAsync_TablesAreBeingMade_IsUnhealthyUntilTheyAreThere(DatabaseKind kind)
    {
        await using var record = await TestRecord.CreateAsync(kind, isEmpty: true);
        var options = Options.Create(new ProjectsOptions());
        using var start = StartOf(record, options);
        var health = new DatabaseHealth(record.Factory, start, options);
        Task starting;
        await using (await LockAsync(record))
        {
            starting = start.StartAsync(Token);
            Assert.Equal(HealthStatus.Unhealthy, (await health.CheckHealthAsync(new(), Token)).Status);
        }

        await starting;
        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync(new(), Token)).Status);
    }

    [Fact]
    public async Task CheckHealthAsync_TablesAreMissingInAHostWithMuchElseToDo_IsDegraded()
    {
        await using var record = await TestRecord.CreateAsync(DatabaseKind.Postgres, isEmpty: true);
        var options = Options.Create(new ProjectsOptions { OpensWhenUsed = true, Migrate = MigrationMode.Never });
        using var start = StartOf(record, options);
        await start.StartAsync(Token);

        var health = await new DatabaseHealth(record.Factory, start, options).CheckHealthAsync(new(), Token);

        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Contains("not up to date", health.Description, StringComparison.Ordinal);
        await start.StopAsync(Token);
    }

    private static DatabaseStart StartOf(TestRecord record, IOptions<ProjectsOptions> options) => new(
        TestRecord.MigratorOf(record.Factory),
        record.Factory,
        options,
        new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance),
        TimeProvider.System,
        NullLogger<DatabaseStart>.Instance);

    /// <summary>Makes everybody wait who brings the tables up to date.</summary>
    private static async Task<IAsyncDisposable> LockAsync(TestRecord record)
    {
        if (record.Connection is null)
        {
            return new FileStream(
                record.Factory.File + ".migrating", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }

        var connection = new NpgsqlConnection(record.Connection + ";Pooling=false");
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand($"SELECT pg_advisory_lock({Migrator.LockNumber})", connection);
        await command.ExecuteNonQueryAsync(Token);
        return connection;
    }
}
