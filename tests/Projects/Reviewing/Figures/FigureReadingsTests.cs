using Segmentation.Projects.Reviewing.Figures;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Tests.Fixtures;
using Segmentation.Tests.Shared;

namespace Segmentation.Projects.Tests.Reviewing.Figures;

public sealed class FigureReadingsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ReadAsync_CallerLeavesWhileTheDatabaseReads_WaitsNoLongerAndTheReadingEnds()
    {
        await using var record = await TestRecord.CreateAsync(DatabaseKind.Sqlite);
        using var slow = new SlowRecord(record.Factory);
        using var readings = new FigureReadings(slow);
        var (project, days) = (Guid.CreateVersion7(), FigureDays.Read("", ""));
        for (var caller = 0; caller < 3; caller++)
        {
            using var leaves = new CancellationTokenSource();
            var reading = Task.Run(() => readings.ReadAsync(project, days, leaves.Token), Stop);
            await slow.BegunAsync();

            await leaves.CancelAsync();

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(Patience.Longest, Stop));
            slow.GoOn();
        }

        var figures = readings.ReadAsync(project, days, Stop);
        await slow.BegunAsync();
        slow.GoOn();
        Assert.Equal(0, (await figures.WaitAsync(Patience.Longest, Stop)).Total.MaskCount);
    }

    /// <summary>A record that holds its callers' threads, as SQLite does while it reads.</summary>
    private sealed class SlowRecord(IProjectsDbFactory record) : IProjectsDbFactory, IDisposable
    {
        private readonly SemaphoreSlim _begun = new(0);
        private readonly SemaphoreSlim _goOn = new(0);

        public bool IsSqlite => record.IsSqlite;

        public SemaphoreSlim? WriterTurn => record.WriterTurn;

        public Task<bool> BegunAsync() => _begun.WaitAsync(Patience.Longest, Stop);

        public void GoOn() => _goOn.Release();

        public ProjectsDb Open()
        {
            _begun.Release();
            _goOn.Wait(Stop);
            return record.Open();
        }

        public void Dispose()
        {
            _begun.Dispose();
            _goOn.Dispose();
        }
    }
}
