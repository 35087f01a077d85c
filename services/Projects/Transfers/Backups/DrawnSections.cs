using System.Text;
using Microsoft.EntityFrameworkCore;
using Segmentation.Masks;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Transfers.Backups;

/// <summary>Sections of a backup: annotations, their history, and what reviewers wrote.</summary>
internal static class DrawnSections
{
    private const int MaxSubject = 1000;

    /// <summary>Annotations, proposals, and deleted ones, with their revisions and origins.</summary>
    public static IBackupSection Annotations { get; } = new BackupSection<AnnotationRow>
    {
        Path = "annotations.jsonl",
        Rows = (db, project) => db.Annotations.AsNoTracking().Where(row => row.ProjectId == project)
            .OrderBy(row => row.PictureId).ThenBy(row => row.Id).AsAsyncEnumerable(),
        Outgoing = (row, numbers) =>
        {
            row.Provenance = numbers.MapProvenance(row.Provenance, row.RunId);
            (row.ProjectId, row.PictureId) = (Guid.Empty, numbers.Pictures.Find(row.PictureId));
            (row.JobId, row.RunId) = (numbers.Jobs.Find(row.JobId), numbers.Runs.Find(row.RunId));
            return row.PictureId > 0;
        },
        Collides = (db, rows, token) =>
        {
            var ids = rows.Select(row => row.Id).ToList();
            return db.Annotations.AnyAsync(row => ids.Contains(row.Id), token);
        },
        Incoming = Incoming,
        Stored = (_, _, restore) => restore.Progress.AnnotationCount++,
    };

    /// <summary>Frozen masks of audits.</summary>
    public static IBackupSection Frozen { get; } = new BackupSection<FrozenMaskRow>
    {
        Path = "frozen-masks.jsonl",
        Rows = (db, project) => db.FrozenMasks.AsNoTracking()
            .Where(row => db.Jobs.Any(job => job.Id == row.JobId && job.ProjectId == project))
            .OrderBy(row => row.JobId).ThenBy(row => row.AnnotationId).AsAsyncEnumerable(),
        Outgoing = (row, numbers) =>
        {
            (row.JobId, row.PictureId) = (numbers.Jobs.Find(row.JobId), numbers.Pictures.Find(row.PictureId));
            return row.JobId > 0 && row.PictureId > 0;
        },
        Incoming = (row, restore) =>
        {
            (row.JobId, row.PictureId, row.AnnotationId) = (
                restore.Numbers.Jobs.Find(row.JobId),
                restore.Numbers.Pictures.Find(row.PictureId),
                restore.Numbers.Map(row.AnnotationId));
            return new RowChecks().Require(row.JobId > 0, "jobId", "is no job of the backup")
                .Require(TryRead(row.Counts, row.PictureId, restore) is not null, "counts", "are no run lengths of the picture")
                .Fault;
        },
    };

    /// <summary>The history.</summary>
    public static IBackupSection Operations { get; } = new BackupSection<OperationRow>
    {
        Path = "operations.jsonl",
        Rows = (db, project) => db.Operations.AsNoTracking().Where(row => row.ProjectId == project)
            .OrderBy(row => row.PictureId).ThenBy(row => row.Sequence).AsAsyncEnumerable(),
        Outgoing = (row, numbers) =>
        {
            (row.ProjectId, row.PictureId) = (Guid.Empty, numbers.Pictures.Find(row.PictureId));
            row.Before = numbers.MapAnnotation(row.Before);
            return row.PictureId > 0;
        },
        Incoming = (row, restore) =>
        {
            var fault = new RowChecks().Named("kind", row.Kind)
                .Text("author", row.Author, 0, MaxSubject)
                .Message("before", row.Before ?? [], Annotation.Parser)
                .Require(restore.Numbers.Pictures.Find(row.PictureId) > 0, "pictureId", "is no picture of the backup")
                .Fault;
            if (fault is null)
            {
                (row.ProjectId, row.PictureId) = (restore.ProjectId, restore.Numbers.Pictures.Find(row.PictureId));
                (row.AnnotationId, row.Before) =
                    (restore.Numbers.Map(row.AnnotationId), restore.Numbers.MapAnnotation(row.Before));
            }

            return fault;
        },
    };

    /// <summary>Verdicts.</summary>
    public static IBackupSection Verdicts { get; } = new BackupSection<VerdictRow>
    {
        Path = "verdicts.jsonl",
        Rows = (db, project) => db.Verdicts.AsNoTracking().Where(row => row.ProjectId == project)
            .OrderBy(row => row.Id).AsAsyncEnumerable(),
        Outgoing = (row, numbers) =>
        {
            (row.ProjectId, row.PictureId) = (Guid.Empty, numbers.Pictures.Find(row.PictureId));
            return row.PictureId > 0;
        },
        Collides = (db, rows, token) =>
        {
            var ids = rows.Select(row => row.Id).ToList();
            return db.Verdicts.AnyAsync(row => ids.Contains(row.Id), token);
        },
        Incoming = (row, restore) =>
        {
            (row.Id, row.AnnotationId) = (restore.Numbers.Map(row.Id), restore.Numbers.Map(row.AnnotationId));
            (row.ProjectId, row.PictureId) = (restore.ProjectId, restore.Numbers.Pictures.Find(row.PictureId));
            return new RowChecks().Require(row.PictureId > 0, "pictureId", "is no picture of the backup")
                .Named("kind", row.Kind)
                .Text("note", row.Note, 0, 2000)
                .Text("reviewer", row.Reviewer, 0, MaxSubject)
                .Fault;
        },
    };

    /// <summary>Issues.</summary>
    public static IBackupSection Issues { get; } = new BackupSection<IssueRow>
    {
        Path = "issues.jsonl",
        Rows = (db, project) => db.Issues.AsNoTracking().Where(row => row.ProjectId == project)
            .OrderBy(row => row.Id).AsAsyncEnumerable(),
        Outgoing = (row, numbers) =>
        {
            (row.ProjectId, row.PictureId) = (Guid.Empty, numbers.Pictures.Find(row.PictureId));
            return row.PictureId > 0;
        },
        Collides = (db, rows, token) =>
        {
            var ids = rows.Select(row => row.Id).ToList();
            return db.Issues.AnyAsync(row => ids.Contains(row.Id), token);
        },
        Incoming = (row, restore) =>
        {
            row.Id = restore.Numbers.Map(row.Id);
            row.AnnotationId = row.AnnotationId is { } id ? restore.Numbers.Map(id) : null;
            (row.ProjectId, row.PictureId) = (restore.ProjectId, restore.Numbers.Pictures.Find(row.PictureId));
            return new RowChecks().Require(row.PictureId > 0, "pictureId", "is no picture of the backup").Fault;
        },
    };

    /// <summary>Comments on issues.</summary>
    public static IBackupSection Comments { get; } = new BackupSection<IssueCommentRow>
    {
        Path = "comments.jsonl",
        Rows = (db, project) => db.IssueComments.AsNoTracking()
            .Where(row => db.Issues.Any(issue => issue.Id == row.IssueId && issue.ProjectId == project))
            .OrderBy(row => row.Id).AsAsyncEnumerable(),
        Outgoing = (_, _) => true,
        Collides = (db, rows, token) =>
        {
            var ids = rows.Select(row => row.Id).ToList();
            return db.IssueComments.AnyAsync(row => ids.Contains(row.Id), token);
        },
        Incoming = (row, restore) =>
        {
            (row.Id, row.IssueId) = (restore.Numbers.Map(row.Id), restore.Numbers.Map(row.IssueId));
            return new RowChecks().Text("text", row.Text, 1, 4000).Text("author", row.Author, 0, MaxSubject).Fault;
        },
    };

    private static RowFault? Incoming(AnnotationRow row, RestoreContext restore)
    {
        var mask = TryRead(row.Counts, restore.Numbers.Pictures.Find(row.PictureId), restore);
        var fault = new RowChecks().Require(mask is not null, "counts", "are no run lengths of the picture")
            .Require(row.LabelId >= 0, "labelId", "must not be negative")
            .Json("attributesJson", row.AttributesJson)
            .Named("state", row.State)
            .Named("source", row.Source)
            .Named("verdict", row.Verdict)
            .Message("provenance", row.Provenance, Provenance.Parser)
            .Text("creator", row.Creator, 0, MaxSubject)
            .Text("editor", row.Editor, 0, MaxSubject)
            .Fault;
        if (fault is null)
        {
            row.Provenance = restore.Numbers.MapProvenance(row.Provenance, row.RunId);
            (row.Id, row.ProjectId) = (restore.Numbers.Map(row.Id), restore.ProjectId);
            (row.PictureId, row.JobId, row.RunId) = (
                restore.Numbers.Pictures.Find(row.PictureId),
                restore.Numbers.Jobs.Find(row.JobId),
                restore.Numbers.Runs.Find(row.RunId));

            // Copies for queries: those of an archive are not believed.
            (row.BoxX, row.BoxY) = (mask!.Box.X, mask.Box.Y);
            (row.BoxWidth, row.BoxHeight, row.Area) = (mask.Box.Width, mask.Box.Height, mask.Area);
        }

        return fault;
    }

    private static RunLengths? TryRead(byte[]? counts, long picture, RestoreContext restore)
    {
        try
        {
            return counts is not null && restore.SizeOf(picture) is { } size
                ? RunLengths.FromCocoString(size.Height, size.Width, Encoding.ASCII.GetString(counts))
                : null;
        }
        catch (RunLengthsFormatException)
        {
            return null;
        }
    }
}
