using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;
using Segmentation.Protocol.V1;

namespace Segmentation.Projects.Transfers.Backups;

/// <summary>Sections of a backup: labels, members, jobs and runs.</summary>
internal static class CatalogueSections
{
    private const int MaxName = 200;
    private const int MaxSubject = 1000;

    /// <summary>Labels, deleted ones among them.</summary>
    public static IBackupSection Labels { get; } = new BackupSection<LabelRow>
    {
        Path = "labels.jsonl",
        Rows = (db, project) => db.Labels.AsNoTracking().Where(row => row.ProjectId == project)
            .OrderBy(row => row.Id).AsAsyncEnumerable(),
        Outgoing = (row, _) =>
        {
            row.ProjectId = Guid.Empty;
            return true;
        },
        Incoming = (row, restore) =>
        {
            row.ProjectId = restore.ProjectId;
            return new RowChecks().Require(row.Id > 0, "id", "must be a number from 1")
                .Text("name", row.Name, 1, MaxName)
                .Text("color", row.Color, 0, 7)
                .Text("hotkey", row.Hotkey, 0, 1)
                .Named("kind", row.Kind)
                .Json("attributesJson", row.AttributesJson)
                .Fault;
        },
    };

    /// <summary>Members. Subjects are names: those of another server may mean nobody here.</summary>
    public static IBackupSection Members { get; } = new BackupSection<MemberRow>
    {
        Path = "members.jsonl",

        // Databases order texts differently.
        Rows = (db, project) => db.Members.AsNoTracking().Where(row => row.ProjectId == project)
            .ToList().OrderBy(row => row.Subject, StringComparer.Ordinal).ToAsyncEnumerable(),
        Outgoing = (row, _) =>
        {
            row.ProjectId = Guid.Empty;
            return true;
        },
        Incoming = (row, restore) =>
        {
            row.ProjectId = restore.ProjectId;
            return new RowChecks().Text("subject", row.Subject, 1, MaxSubject)
                .Require(row.Role is >= Role.Viewer and <= Role.Manager, "role", "must be 1 to 4")
                .Fault;
        },
    };

    /// <summary>Jobs.</summary>
    public static IBackupSection Jobs { get; } = new BackupSection<JobRow>
    {
        Path = "jobs.jsonl",
        Rows = (db, project) => db.Jobs.AsNoTracking().Where(row => row.ProjectId == project)
            .OrderBy(row => row.Id).AsAsyncEnumerable(),
        Outgoing = (row, numbers) =>
        {
            row.Id = numbers.Jobs.AddNext(row.Id);
            (row.ProjectId, row.ParentId) = (Guid.Empty, numbers.Jobs.Find(row.ParentId));
            return true;
        },
        Number = row => row.Id,
        Reset = row => row.Id = 0,
        Incoming = (row, restore) =>
        {
            (row.Id, row.ProjectId, row.ParentId) = (0, restore.ProjectId, restore.Numbers.Jobs.Find(row.ParentId));
            return new RowChecks().Text("name", row.Name, 1, MaxName)
                .Text("assignee", row.Assignee, 0, MaxSubject)
                .Named("kind", row.Kind)
                .Named("state", row.State)
                .Fault;
        },
        Stored = (row, number, restore) => restore.Numbers.Jobs.TryAdd(number, row.Id),
    };

    /// <summary>Runs. A run that has not ended is cancelled in its backup: what it chose means nothing on another server.</summary>
    public static IBackupSection Runs { get; } = new BackupSection<RunRow>
    {
        Path = "runs.jsonl",
        Rows = (db, project) => db.Runs.AsNoTracking().Where(row => row.ProjectId == project)
            .OrderBy(row => row.Id).AsAsyncEnumerable(),
        Outgoing = (row, numbers) =>
        {
            row.Id = numbers.Runs.AddNext(row.Id);
            (row.ProjectId, row.Tenant) = (Guid.Empty, "");
            End(row);
            return true;
        },
        Number = row => row.Id,
        Reset = row => row.Id = 0,
        Incoming = (row, restore) =>
        {
            (row.Id, row.ProjectId, row.Tenant) = (0, restore.ProjectId, restore.Tenant);
            End(row);
            return new RowChecks().Named("stage", row.Stage)
                .Named("state", row.State)
                .Text("preset", row.Preset, 0, MaxName)
                .Text("model", row.Model, 0, MaxName)
                .Text("modelDigest", row.ModelDigest, 0, MaxName)
                .Text("reason", row.Reason, 0, 10_000)
                .Text("creator", row.Creator, 0, MaxSubject)
                .Message("options", row.Options, EverythingOptions.Parser)
                .Fault;
        },
        Stored = (row, number, restore) => restore.Numbers.Runs.TryAdd(number, row.Id),
    };

    private static void End(RunRow row)
    {
        row.State = row.State is RunState.Running or RunState.Paused ? RunState.Cancelled : row.State;
        (row.Selection, row.LastPictureId, row.SelectedTo, row.IsSelected) = ([], 0, 0, true);
        (row.PicturesPerSecond, row.RateTime) = (0, null);
    }
}
