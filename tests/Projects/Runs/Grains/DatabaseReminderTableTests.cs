using Segmentation.Projects.Runs.Grains;
using Segmentation.Projects.Tests.Fixtures;

namespace Segmentation.Projects.Tests.Runs.Grains;

/// <summary>Orleans' reminders in the record.</summary>
public sealed class DatabaseReminderTableTests
{
    [Theory]
    [OnBothDatabases]
    public async Task UpsertRow_ThenReadRow_IsWhatWasWritten(DatabaseKind kind)
    {
        await using var record = await TestRecord.CreateAsync(kind);
        var table = new DatabaseReminderTable(record.Factory, () => true);
        var entry = Entry(1, "run", TimeSpan.FromMinutes(1));

        var first = await table.UpsertRow(entry);
        var second = await table.UpsertRow(Entry(1, "run", TimeSpan.FromMinutes(2)));

        var read = await table.ReadRow(entry.GrainId, "run");
        Assert.NotNull(read);
        Assert.Equal(
            (entry.GrainId, "run", entry.StartAt, TimeSpan.FromMinutes(2), second),
            (read.GrainId, read.ReminderName, read.StartAt, read.Period, read.ETag));
        Assert.NotEqual(first, second);
        Assert.False(await table.RemoveRow(entry.GrainId, "run", first!));
        Assert.True(await table.RemoveRow(entry.GrainId, "run", second!));
        Assert.Null(await table.ReadRow(entry.GrainId, "run"));
    }

    [Theory]
    [OnBothDatabases]
    public async Task ReadRows_PartsOfTheRing_HaveEachReminderOnce(DatabaseKind kind)
    {
        await using var record = await TestRecord.CreateAsync(kind);
        var table = new DatabaseReminderTable(record.Factory, () => true);
        for (var grain = 0; grain < 40; grain++)
        {
            await table.UpsertRow(Entry(grain, "run", TimeSpan.FromMinutes(1)));
        }

        // Three parts, the last of which goes over zero; a part excludes its begin and includes its end.
        var (a, b, c) = (0x2000_0000u, 0x9000_0000u, 0xE000_0000u);
        var parts = new[] { await table.ReadRows(a, b), await table.ReadRows(b, c), await table.ReadRows(c, a) };

        Assert.All(parts, part => Assert.NotEmpty(part.Reminders));
        Assert.Equal(
            Enumerable.Range(0, 40).Select(grain => Entry(grain, "run", default).GrainId.ToString()).Order(StringComparer.Ordinal),
            parts.SelectMany(part => part.Reminders).Select(one => one.GrainId.ToString()).Order(StringComparer.Ordinal));
        Assert.Equal(40, (await table.ReadRows(0, 0)).Reminders.Count);
        Assert.Single((await table.ReadRows(Entry(3, "run", default).GrainId)).Reminders);
    }

    private static ReminderEntry Entry(int grain, string name, TimeSpan period) => new()
    {
        GrainId = GrainId.Create("run", $"{grain}"),
        ReminderName = name,
        StartAt = new DateTime(2030, 1, 2, 3, 4, 5, DateTimeKind.Utc),
        Period = period,
        ETag = "",
    };
}
