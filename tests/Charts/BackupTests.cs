using System.Diagnostics;
using Segmentation.Tests.Shared;

namespace Segmentation.Charts.Tests;

/// <summary>The script of the backup job, with a real server, and the command that restores what the script wrote.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("backups-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Backup_Restored_HasEveryRow()
    {
        await using var server = await PostgresServer.StartAsync(Cancel);
        await RunAsync(server, "psql -qc 'CREATE TABLE masks AS SELECT generate_series(1, 5000) AS id'");

        await RunAsync(server, "sh \"$SCRIPT\" \"$FOLDER\"");
        await RunAsync(server, "createdb restored");
        await RunAsync(server, "pg_restore --no-owner --exit-on-error --dbname restored \"$FOLDER\"/projects-*.dump");

        var rows = await RunAsync(server, "psql -d restored -Atc 'SELECT count(*), sum(id) FROM masks'");
        Assert.Equal("5000|12502500", rows.Trim());
    }

    [Fact]
    public async Task Backup_WhenThereIsANewOne_RemovesTheOldOnes()
    {
        await using var server = await PostgresServer.StartAsync(Cancel);
        var (old, recent, strange) = (File("projects-old.dump"), File("projects-recent.dump"), File("other.dump"));
        System.IO.File.SetLastWriteTimeUtc(old, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-16));
        System.IO.File.SetLastWriteTimeUtc(strange, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-16));

        await RunAsync(server, "KEEP_DAYS=14 sh \"$SCRIPT\" \"$FOLDER\"");

        Assert.False(System.IO.File.Exists(old));
        Assert.True(System.IO.File.Exists(recent));
        Assert.True(System.IO.File.Exists(strange));
        Assert.Equal(2, _folder.GetFiles("projects-*.dump").Length);
    }

    [Fact]
    public async Task Backup_OfAServerThatIsAway_FailsAndRemovesNothing()
    {
        await using var server = await PostgresServer.StartAsync(Cancel);
        await server.StopAsync(Cancel);
        var old = File("projects-old.dump");
        System.IO.File.SetLastWriteTimeUtc(old, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-16));

        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(server, "sh \"$SCRIPT\" \"$FOLDER\""));

        Assert.Equal([old], _folder.GetFiles().Select(file => file.FullName));
    }

    private string File(string name)
    {
        var path = Path.Combine(_folder.FullName, name);
        System.IO.File.WriteAllText(path, "");
        return path;
    }

    private async Task<string> RunAsync(PostgresProcess server, string command)
    {
        var start = new ProcessStartInfo("sh", ["-c", command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["PATH"] = $"{PostgresProcess.Programs}:{Environment.GetEnvironmentVariable("PATH")}",
                ["PGHOST"] = "127.0.0.1",
                ["PGPORT"] = $"{server.Port}",
                ["PGUSER"] = PostgresProcess.User,
                ["PGDATABASE"] = "postgres",
                ["SCRIPT"] = Path.Combine(AppContext.BaseDirectory, "backup.sh"),
                ["FOLDER"] = _folder.FullName,
            },
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(Cancel);
        var output = await process.StandardOutput.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{command}: {process.ExitCode}: {await errors}");
    }
}
