using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Projects.Tests.Fixtures;
using Segmentation.Projects.Transfers.Work;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Tests.Transfers;

/// <summary>Claims of transfers by two processes on one record.</summary>
public sealed class TransferQueueTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [OnBothDatabases]
    public async Task Claim_OfADeadProcess_EndsWithItsTime(DatabaseKind kind)
    {
        await using var record = await TestRecord.CreateAsync(kind);
        var clock = new FakeTimeProvider();
        var id = await AddAsync(record, "acme");
        using var first = Queue(record, clock);
        using var second = Queue(record, clock);

        var claimed = await first.ClaimAsync(Token);
        var early = await second.ClaimAsync(Token);
        clock.Advance(TimeSpan.FromSeconds(31));
        var late = await second.ClaimAsync(Token);

        Assert.Equal(id, claimed!.Id);
        Assert.Null(early);
        Assert.Equal(id, late!.Id);
        Assert.False(await first.RenewAsync(id, Token));
        Assert.True(await second.RenewAsync(id, Token));
    }

    [Fact]
    public async Task Claim_OfOnesOwnThatWasRenewedTooLate_DoesNotBeginTwice()
    {
        await using var record = await TestRecord.CreateAsync(DatabaseKind.Sqlite);
        var clock = new FakeTimeProvider();
        using var queue = Queue(record, clock);
        var id = await AddAsync(record, "acme");
        await queue.ClaimAsync(Token);
        clock.Advance(TimeSpan.FromSeconds(31));

        var again = await queue.ClaimAsync(Token);
        queue.End(id);
        var afterwards = await queue.ClaimAsync(Token);

        Assert.Null(again);
        Assert.Equal(id, afterwards!.Id);
    }

    [Fact]
    public async Task Claim_BeyondATenantsShare_WaitsAndOthersGoOn()
    {
        await using var record = await TestRecord.CreateAsync(DatabaseKind.Sqlite);
        var clock = new FakeTimeProvider();
        using var queue = Queue(record, clock);
        var ids = new List<long>();
        foreach (var tenant in new[] { "acme", "acme", "acme", "other" })
        {
            ids.Add(await AddAsync(record, tenant));
        }

        var claimed = new List<long?>();
        for (var i = 0; i < 4; i++)
        {
            claimed.Add((await queue.ClaimAsync(Token))?.Id);
        }

        Assert.Equal([ids[0], ids[1], ids[3], null], claimed);
    }

    [Fact]
    public async Task Save_OfACancelledTransfer_EndsTheWork()
    {
        await using var record = await TestRecord.CreateAsync(DatabaseKind.Sqlite);
        var clock = new FakeTimeProvider();
        using var queue = Queue(record, clock);
        await AddAsync(record, "acme");
        var progress = new TransferProgress((await queue.ClaimAsync(Token))!, record.Factory, queue, clock);
        progress.Errors.Add("a.png", "", "It is damaged.");
        await progress.SaveAsync(Token);
        await using (var db = record.Factory.Open())
        {
            await db.Transfers.ExecuteUpdateAsync(
                row => row.SetProperty(r => r.State, TransferState.Cancelled), Token);
        }

        await Assert.ThrowsAsync<OperationCanceledException>(() => progress.SaveAsync(Token));

        await using var after = record.Factory.Open();
        Assert.Equal(1, await after.TransferErrors.CountAsync(Token));
    }

    [Fact]
    public void Errors_BeyondTheFirst_AreCountedOnly()
    {
        var errors = new TransferErrors(1, 0);

        for (var i = 0; i < TransferErrors.MaxKept + 5; i++)
        {
            errors.Add("item", "", "reason");
        }

        Assert.Equal((TransferErrors.MaxKept + 5, TransferErrors.MaxKept), (errors.Count, errors.Unsaved.Count));
    }

    private static TransferQueue Queue(TestRecord record, TimeProvider clock) =>
        new(record.Factory, Options.Create(new TransferOptions()), clock);

    private static async Task<long> AddAsync(TestRecord record, string tenant)
    {
        await using var db = record.Factory.Open();
        var row = new TransferRow
        {
            ProjectId = Guid.NewGuid(),
            Tenant = tenant,
            Kind = TransferKind.Export,
            State = TransferState.Running,
            Format = "coco",
            Request = [],
            Cursor = "",
            Reason = "",
            ObjectKey = "",
            FileName = "",
            Creator = "mia",
            Owner = "",
        };
        db.Transfers.Add(row);
        await db.SaveChangesAsync(Token);
        return row.Id;
    }
}
