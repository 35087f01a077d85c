using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;

namespace Segmentation.Projects.Runs.Grains;

/// <summary>Orleans' reminders in the record of projects: Redis is a cache and may be empty after a restart.</summary>
/// <param name="databases">The record.</param>
/// <param name="hasTables">False while the record has no tables yet: there are no reminders then.</param>
internal sealed class DatabaseReminderTable(IProjectsDbFactory databases, Func<bool> hasTables) : IReminderTable
{
    /// <inheritdoc/>
    public async Task<ReminderTableData> ReadRows(GrainId grainId)
    {
        var id = grainId.ToString();
        return Data(await databases.ReadAsync(
            (db, token) => db.Reminders.Where(row => row.GrainId == id).ToListAsync(token), CancellationToken.None));
    }

    /// <inheritdoc/>
    public async Task<ReminderTableData> ReadRows(uint begin, uint end)
    {
        if (!hasTables())
        {
            // The host starts, or has a file that is opened with its first use. Orleans asks again every few minutes, and RunScan wakes runs.
            return new ReminderTableData();
        }

        // A part of the ring of hashes, without its begin and with its end; where begin is not the smaller, the part
        // that goes over zero.
        var (after, last) = ((long)begin, (long)end);
        return Data(await databases.ReadAsync(
            (db, token) => (begin < end
                ? db.Reminders.Where(row => row.GrainHash > after && row.GrainHash <= last)
                : db.Reminders.Where(row => row.GrainHash > after || row.GrainHash <= last)).ToListAsync(token),
            CancellationToken.None));
    }

    /// <inheritdoc/>
    public async Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName)
    {
        var id = grainId.ToString();
        var row = await databases.ReadAsync(
            (db, token) => db.Reminders.SingleOrDefaultAsync(
                row => row.GrainId == id && row.Name == reminderName, token),
            CancellationToken.None);
        return row is null ? null : Entry(row);
    }

    /// <inheritdoc/>
    public async Task<string?> UpsertRow(ReminderEntry entry)
    {
        var id = entry.GrainId.ToString();
        var (name, etag) = (entry.ReminderName, Guid.NewGuid().ToString("N"));
        var (start, period) = (new DateTimeOffset(entry.StartAt), (long)entry.Period.TotalMilliseconds);
        await databases.WriteAsync(
            async (db, token) =>
            {
                var updated = await db.Reminders.Where(row => row.GrainId == id && row.Name == name)
                    .ExecuteUpdateAsync(
                        row => row
                            .SetProperty(one => one.StartTime, start)
                            .SetProperty(one => one.PeriodMs, period)
                            .SetProperty(one => one.ETag, etag),
                        token);
                if (updated == 0)
                {
                    db.Reminders.Add(new ReminderRow
                    {
                        GrainId = id,
                        Name = name,
                        GrainHash = entry.GrainId.GetUniformHashCode(),
                        StartTime = start,
                        PeriodMs = period,
                        ETag = etag,
                    });
                }
            },
            CancellationToken.None,
            repeatable: true);
        return etag;
    }

    /// <inheritdoc/>
    public async Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag)
    {
        var id = grainId.ToString();
        return await databases.WriteAsync(
            (db, token) => db.Reminders
                .Where(row => row.GrainId == id && row.Name == reminderName && row.ETag == eTag)
                .ExecuteDeleteAsync(token),
            CancellationToken.None) > 0;
    }

    /// <inheritdoc/>
    public Task TestOnlyClearTable() =>
        databases.WriteAsync((db, token) => db.Reminders.ExecuteDeleteAsync(token), CancellationToken.None);

    private static ReminderTableData Data(IEnumerable<ReminderRow> rows) => new(rows.Select(Entry));

    private static ReminderEntry Entry(ReminderRow row) => new()
    {
        GrainId = GrainId.Parse(row.GrainId),
        ReminderName = row.Name,
        StartAt = row.StartTime.UtcDateTime,
        Period = TimeSpan.FromMilliseconds(row.PeriodMs),
        ETag = row.ETag,
    };
}
