using Google.Protobuf;
using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Annotating;

/// <summary>
/// Changes annotations of one picture whose row is locked: writes an operation for each change, and keeps the counters
/// of the picture and of its labels in the same transaction. Everything that changes annotations goes through here.
/// </summary>
internal sealed class PictureEditor
{
    private readonly ProjectsDb _db;
    private readonly Dictionary<int, int> _labelChanges = [];

    private PictureEditor(ProjectsDb db, PictureRow picture, string author, DateTimeOffset now) =>
        (_db, Picture, Author, Now) = (db, picture, author, now);

    /// <summary>The picture, locked and tracked.</summary>
    public PictureRow Picture { get; }

    /// <summary>Subject who is named as the author of all changes.</summary>
    public string Author { get; }

    /// <summary>Time of all changes.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>True after the first change.</summary>
    public bool HasChanged { get; private set; }

    /// <summary>Locks a picture; null: the project has none with this id.</summary>
    /// <param name="db">A transaction.</param>
    /// <param name="project">The project.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="author">Subject who is named as the author of all changes.</param>
    /// <param name="now">Time of all changes, from <see cref="RecordClock.Now"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<PictureEditor?> OpenAsync(
        ProjectsDb db,
        Guid project,
        long picture,
        string author,
        DateTimeOffset now,
        CancellationToken cancellationToken) =>
        await db.LockPictureAsync(project, picture, cancellationToken) is { } row
            ? new PictureEditor(db, row, author, now)
            : null;

    /// <summary>Adds an annotation.</summary>
    /// <param name="draft">Its values.</param>
    /// <param name="layer">Job that it belongs to; 0: to the picture.</param>
    public AnnotationRow Create(OperationDraft draft, long layer)
    {
        var row = new AnnotationRow
        {
            Id = draft.AnnotationId,
            ProjectId = Picture.ProjectId,
            PictureId = Picture.Id,
            JobId = layer,
            Counts = [],
            AttributesJson = "",
            Provenance = [],
            Creator = Author,
            Editor = Author,
            CreateTime = Now,
        };
        _db.Annotations.Add(row);
        Record(draft, row, null, () => AnnotationMessages.Write(draft, row), isNew: true);
        return row;
    }

    /// <summary>Changes an annotation of the picture.</summary>
    /// <param name="draft">Id, kind, time and effort of the operation.</param>
    /// <param name="row">The annotation, tracked.</param>
    /// <param name="change">Changes the row; revision, editor and time are changed here.</param>
    public void Change(OperationDraft draft, AnnotationRow row, Action change) =>
        Record(
            draft, row, AnnotationMessages.Of(row, Picture.Width, Picture.Height).ToByteArray(), change, isNew: false);

    /// <summary>Writes the counts of labels; called once, after the last change, before the transaction ends.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        var changes = _labelChanges.Where(change => change.Value != 0).ToDictionary();
        if (changes.Count == 0)
        {
            return;
        }

        var labels = changes.Keys.ToList();
        var rows = await _db.PictureLabels.AsTracking()
            .Where(row => row.PictureId == Picture.Id && labels.Contains(row.LabelId))
            .ToDictionaryAsync(row => row.LabelId, cancellationToken);
        foreach (var (label, change) in changes)
        {
            if (!rows.TryGetValue(label, out var row))
            {
                row = new PictureLabelRow
                {
                    ProjectId = Picture.ProjectId, LabelId = label, PictureId = Picture.Id,
                };
                _db.PictureLabels.Add(row);
            }

            row.Count += change;
            if (row.Count == 0)
            {
                _db.PictureLabels.Remove(row);
            }
        }
    }

    private void Record(OperationDraft draft, AnnotationRow row, byte[]? before, Action change, bool isNew)
    {
        if (!isNew)
        {
            Count(row, -1);
        }

        var revision = row.Revision;
        change();
        row.Revision = revision + 1;
        row.Editor = Author;
        row.UpdateTime = Now;
        row.ActiveMs += draft.ActiveMs;
        row.Clicks += draft.Clicks;
        Count(row, 1);
        Picture.Revision++;
        Picture.UpdateTime = Now;
        HasChanged = true;
        _db.Operations.Add(new OperationRow
        {
            PictureId = Picture.Id,
            Sequence = Picture.Revision,
            ProjectId = Picture.ProjectId,
            ClientId = draft.ClientId,
            AnnotationId = row.Id,
            Kind = draft.Kind,
            BaseRevision = revision,
            Before = before,
            Author = Author,
            Time = Now,
            ClientTime = draft.ClientTime,
            ActiveMs = draft.ActiveMs,
            Clicks = draft.Clicks,
        });
    }

    /// <summary>Adds an annotation to the counters, or takes it away. Those of jobs are not counted.</summary>
    private void Count(AnnotationRow row, int sign)
    {
        if (row.JobId != 0 || row.DeleteTime is not null || row.State == AnnotationState.Rejected)
        {
            return;
        }

        if (row.PredictedIou > 0)
        {
            Picture.PredictedIouCount += sign;
            Picture.PredictedIouSum = Picture.PredictedIouCount == 0
                ? 0
                : Picture.PredictedIouSum + (sign * row.PredictedIou);
            Picture.MeanPredictedIou = Picture.PredictedIouCount == 0
                ? 0
                : (float)(Picture.PredictedIouSum / Picture.PredictedIouCount);
        }

        if (row.State == AnnotationState.Proposed)
        {
            Picture.ProposalCount += sign;
            return;
        }

        Picture.AnnotationCount += sign;
        if (row.Verdict == VerdictKind.Unsatisfactory)
        {
            Picture.UnsatisfactoryCount += sign;
        }

        if (row.LabelId != 0)
        {
            _labelChanges[row.LabelId] = _labelChanges.GetValueOrDefault(row.LabelId) + sign;
        }
    }
}
