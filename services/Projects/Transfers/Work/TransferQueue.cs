using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Transfers.Work;

/// <summary>
/// Transfers that wait for a process. A process claims one for a time and renews the claim while it works; when a
/// process has died, another claims its transfers after that time.
/// </summary>
internal sealed class TransferQueue(
    IProjectsDbFactory databases, IOptions<TransferOptions> options, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _started = new(0);

    // Claims of this process that still work: one that was renewed too late must not begin a second time here.
    private readonly ConcurrentDictionary<long, bool> _working = [];

    /// <summary>Name of this process in claims.</summary>
    public string Owner { get; } = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():n}";

    /// <summary>Tells this process that a transfer was started.</summary>
    public void Wake() => _started.Release();

    /// <summary>Waits until a transfer was started in this process, or a time is over.</summary>
    public async Task WaitAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        await _started.WaitAsync(time, cancellationToken);
        while (_started.Wait(0, CancellationToken.None))
        {
            // One look at the queue answers all calls so far.
        }
    }

    /// <summary>Ends all claims: with SQLite there is one process, and those of its predecessor are void.</summary>
    public Task ForgetClaimsAsync(CancellationToken cancellationToken) => databases.WriteAsync(
        (db, token) => db.Transfers
            .Where(row => row.State == TransferState.Running)
            .ExecuteUpdateAsync(
                row => row.SetProperty(r => r.Owner, "").SetProperty(r => r.ClaimUntil, (DateTimeOffset?)null), token),
        cancellationToken,
        repeatable: true);

    /// <summary>Claims the oldest transfer that waits and whose tenant may have another at work; null: none.</summary>
    public async Task<TransferRow?> ClaimAsync(CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var candidates = await databases.ReadAsync(
            async (db, token) =>
            {
                var running = db.Transfers.Where(row => row.State == TransferState.Running);
                var busy = await running.Where(row => row.ClaimUntil != null && row.ClaimUntil >= now)
                    .GroupBy(row => row.Tenant)
                    .Select(rows => new { Tenant = rows.Key, Count = rows.Count() })
                    .Where(rows => rows.Count >= options.Value.ConcurrentPerTenant)
                    .Select(rows => rows.Tenant)
                    .ToListAsync(token);
                return await running.Where(row => row.ClaimUntil == null || row.ClaimUntil < now)
                    .Where(row => !busy.Contains(row.Tenant))
                    .OrderBy(row => row.Id)
                    .Select(row => row.Id)
                    .Take(20)
                    .ToListAsync(token);
            },
            cancellationToken);
        foreach (var id in candidates.Where(id => !_working.ContainsKey(id)))
        {
            if (await TryClaimAsync(id, now, cancellationToken) is { } row)
            {
                _working[id] = true;
                return row;
            }
        }

        return null;
    }

    /// <summary>Renews the claim. False: another process has it, or somebody cancelled the transfer.</summary>
    public Task<bool> RenewAsync(long transfer, CancellationToken cancellationToken)
    {
        var until = clock.Now() + options.Value.ClaimTime;
        return databases.WriteAsync(
            async (db, token) => await Mine(db, transfer)
                .ExecuteUpdateAsync(row => row.SetProperty(r => r.ClaimUntil, until), token) == 1,
            cancellationToken,
            repeatable: true);
    }

    /// <summary>Notes that this process does not work on a transfer any more.</summary>
    public void End(long transfer) => _working.TryRemove(transfer, out _);

    /// <summary>Gives the claim back, so that another process goes on at once.</summary>
    public Task ReleaseAsync(long transfer, CancellationToken cancellationToken) => databases.WriteAsync(
        (db, token) => Mine(db, transfer).ExecuteUpdateAsync(
            row => row.SetProperty(r => r.Owner, "").SetProperty(r => r.ClaimUntil, (DateTimeOffset?)null), token),
        cancellationToken,
        repeatable: true);

    /// <summary>The transfer, as long as this process has the claim and nobody cancelled.</summary>
    public IQueryable<TransferRow> Mine(ProjectsDb db, long transfer) =>
        db.Transfers.Where(row => row.Id == transfer && row.Owner == Owner && row.State == TransferState.Running);

    /// <inheritdoc/>
    public void Dispose() => _started.Dispose();

    private Task<TransferRow?> TryClaimAsync(long id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var until = now + options.Value.ClaimTime;
        return databases.WriteAsync(
            async (db, token) =>
            {
                var claimed = await db.Transfers
                    .Where(row => row.Id == id && row.State == TransferState.Running)
                    .Where(row => row.ClaimUntil == null || row.ClaimUntil < now)
                    .ExecuteUpdateAsync(
                        row => row.SetProperty(r => r.Owner, Owner).SetProperty(r => r.ClaimUntil, until), token);
                return claimed == 1
                    ? await db.Transfers.AsNoTracking().FirstAsync(row => row.Id == id, token)
                    : null;
            },
            cancellationToken);
    }
}
