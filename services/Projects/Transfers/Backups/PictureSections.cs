using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Storage.Rows;

namespace Segmentation.Projects.Transfers.Backups;

/// <summary>Sections of a backup: pictures, and their places in labels, jobs and runs.</summary>
internal static class PictureSections
{
    private const int MaxName = 1000;
    private const int MaxSide = 1_000_000;

    /// <summary>
    /// Pictures that are not deleted. Those of a source are uploaded ones in a backup: a folder or bucket of one server is
    /// none of another.
    /// </summary>
    public static IBackupSection Pictures { get; } = new BackupSection<PictureRow>
    {
        Path = "pictures.jsonl",
        Rows = (db, project) => db.Pictures.AsNoTracking()
            .Where(row => row.ProjectId == project && row.DeleteTime == null)
            .OrderBy(row => row.Id).AsAsyncEnumerable(),
        Outgoing = (row, numbers) =>
        {
            row.Id = numbers.Pictures.AddNext(row.Id);
            (row.ProjectId, row.SourceId, row.SourcePath) = (Guid.Empty, 0, "");
            return true;
        },
        Number = row => row.Id,
        Reset = row => row.Id = 0,
        Incoming = (row, restore) =>
        {
            (row.Id, row.ProjectId, row.SourceId, row.SourcePath) = (0, restore.ProjectId, 0, "");
            return new RowChecks()
                .Text("name", row.Name, 1, MaxName)
                .Require(IsPath(row.Name), "name", "must be a relative path without empty parts, '.' and '..'")
                .Require(row.Sha256 is { Length: 32 }, "sha256", "must have 32 bytes")
                .Require(row.Width is > 0 and <= MaxSide, "width", $"must be 1 to {MaxSide}")
                .Require(row.Height is > 0 and <= MaxSide, "height", $"must be 1 to {MaxSide}")
                .Require((long)row.Width * row.Height <= uint.MaxValue, "width", "times height is more than 4,294,967,295")
                .Require(row.SizeBytes >= 0, "sizeBytes", "must not be negative")
                .Text("mediaType", row.MediaType, 1, 100)
                .Json("attributesJson", row.AttributesJson)
                .Text("excludedReason", row.ExcludedReason, 0, 10_000)
                .Named("split", row.Split)
                .Named("state", row.State)
                .Fault;
        },
        Stored = (row, number, restore) =>
        {
            restore.Numbers.Pictures.TryAdd(number, row.Id);
            restore.AddSize(row.Id, row.Width, row.Height);
            restore.Progress.DoneCount++;
        },
    };

    /// <summary>Labels of pictures.</summary>
    public static IBackupSection Labels { get; } = new BackupSection<PictureLabelRow>
    {
        Path = "picture-labels.jsonl",
        Rows = (db, project) => db.PictureLabels.AsNoTracking().Where(row => row.ProjectId == project)
            .OrderBy(row => row.LabelId).ThenBy(row => row.PictureId).AsAsyncEnumerable(),
        Outgoing = (row, numbers) =>
        {
            (row.ProjectId, row.PictureId) = (Guid.Empty, numbers.Pictures.Find(row.PictureId));
            return row.PictureId > 0;
        },
        Incoming = (row, restore) =>
        {
            (row.ProjectId, row.PictureId) = (restore.ProjectId, restore.Numbers.Pictures.Find(row.PictureId));
            return new RowChecks().Require(row.PictureId > 0, "pictureId", "is no picture of the backup").Fault;
        },
    };

    /// <summary>Pictures of jobs.</summary>
    public static IBackupSection Jobs { get; } = new BackupSection<JobPictureRow>
    {
        Path = "job-pictures.jsonl",
        Rows = (db, project) => db.JobPictures.AsNoTracking()
            .Where(row => db.Jobs.Any(job => job.Id == row.JobId && job.ProjectId == project))
            .OrderBy(row => row.JobId).ThenBy(row => row.PictureId).AsAsyncEnumerable(),
        Outgoing = (row, numbers) =>
        {
            (row.JobId, row.PictureId) = (numbers.Jobs.Find(row.JobId), numbers.Pictures.Find(row.PictureId));
            return row.JobId > 0 && row.PictureId > 0;
        },
        Incoming = (row, restore) =>
        {
            (row.JobId, row.PictureId) =
                (restore.Numbers.Jobs.Find(row.JobId), restore.Numbers.Pictures.Find(row.PictureId));
            return new RowChecks().Require(row.JobId > 0, "jobId", "is no job of the backup")
                .Require(row.PictureId > 0, "pictureId", "is no picture of the backup")
                .Named("state", row.State)
                .Text("subject", row.Subject, 0, MaxName)
                .Fault;
        },
    };

    /// <summary>Pictures of runs. Those at work wait in their backup.</summary>
    public static IBackupSection Runs { get; } = new BackupSection<RunPictureRow>
    {
        Path = "run-pictures.jsonl",
        Rows = (db, project) => db.RunPictures.AsNoTracking()
            .Where(row => db.Runs.Any(run => run.Id == row.RunId && run.ProjectId == project))
            .OrderBy(row => row.RunId).ThenBy(row => row.PictureId).AsAsyncEnumerable(),
        Outgoing = (row, numbers) =>
        {
            (row.RunId, row.PictureId) = (numbers.Runs.Find(row.RunId), numbers.Pictures.Find(row.PictureId));
            Rest(row);
            return row.RunId > 0 && row.PictureId > 0;
        },
        Incoming = (row, restore) =>
        {
            (row.RunId, row.PictureId) =
                (restore.Numbers.Runs.Find(row.RunId), restore.Numbers.Pictures.Find(row.PictureId));
            Rest(row);
            return new RowChecks().Require(row.RunId > 0, "runId", "is no run of the backup")
                .Require(row.PictureId > 0, "pictureId", "is no picture of the backup")
                .Named("state", row.State)
                .Text("reason", row.Reason, 0, 10_000)
                .Fault;
        },
    };

    private static void Rest(RunPictureRow row)
    {
        row.State = row.State == RunPictureState.Working ? RunPictureState.Waiting : row.State;
        (row.Owner, row.ClaimUntil) = ("", null);
    }

    private static bool IsPath(string? name) =>
        name is not null && !name.Split('/', '\\').Any(part => part is "" or "." or "..") && !name.Any(char.IsControl);
}
