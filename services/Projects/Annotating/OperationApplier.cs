using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Annotating;

/// <summary>Applies operations one after the other, with everything that they need read at once beforehand.</summary>
internal sealed class OperationApplier
{
    /// <summary>Most annotations and proposals of one picture, or of one job on it.</summary>
    public const int MaxAnnotations = 10_000;

    private readonly PictureEditor _editor;
    private readonly long _layer;
    private readonly Dictionary<Guid, KnownOperation> _known;
    private readonly Dictionary<Guid, AnnotationRow> _annotations;
    private readonly HashSet<int> _labels;
    private int _room;

    private OperationApplier(
        PictureEditor editor,
        long layer,
        Dictionary<Guid, KnownOperation> known,
        Dictionary<Guid, AnnotationRow> annotations,
        HashSet<int> labels,
        int room,
        bool hasNews)
    {
        (_editor, _layer, _known, _annotations, _labels, _room) = (editor, layer, known, annotations, labels, room);
        HasNews = hasNews;
    }

    /// <summary>True if an operation is neither known nor refused already.</summary>
    public bool HasNews { get; }

    /// <summary>Reads what operations need.</summary>
    /// <param name="db">The transaction.</param>
    /// <param name="editor">The locked picture.</param>
    /// <param name="layer">Job whose annotations are changed; 0: the picture's own.</param>
    /// <param name="drafts">The operations.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<OperationApplier> OpenAsync(
        ProjectsDb db,
        PictureEditor editor,
        long layer,
        IReadOnlyList<OperationDraft> drafts,
        CancellationToken cancellationToken)
    {
        var (project, picture) = (editor.Picture.ProjectId, editor.Picture.Id);
        var sound = drafts.Where(draft => draft.Refusal is null).ToList();
        var ids = sound.Select(draft => draft.ClientId).Distinct().ToList();
        var known = await db.Operations.AsNoTracking()
            .Where(row => row.ProjectId == project && ids.Contains(row.ClientId))
            .Select(row => new KnownOperation(row.ClientId, row.PictureId, row.AnnotationId, row.Sequence))
            .ToDictionaryAsync(row => row.ClientId, cancellationToken);
        var named = sound.Select(draft => draft.AnnotationId)
            .Concat(known.Values.Select(operation => operation.AnnotationId)).Distinct().ToList();
        var annotations = await db.Annotations.AsTracking()
            .Where(row => named.Contains(row.Id))
            .ToDictionaryAsync(row => row.Id, cancellationToken);
        var used = sound.Where(draft => draft.Values is { Label: not 0 })
            .Select(draft => draft.Values!.Label).Distinct().ToList();
        HashSet<int> labels = used.Count == 0
            ? []
            : [.. await db.Labels.Where(row => row.ProjectId == project && used.Contains(row.Id))
                .Select(row => row.Id).ToListAsync(cancellationToken)];
        var count = layer == 0
            ? editor.Picture.AnnotationCount + editor.Picture.ProposalCount
            : await db.Annotations.CountAsync(
                row => row.PictureId == picture && row.JobId == layer && row.DeleteTime == null, cancellationToken);
        var hasNews = sound.Any(draft => !known.ContainsKey(draft.ClientId));
        return new OperationApplier(editor, layer, known, annotations, labels, MaxAnnotations - count, hasNews);
    }

    /// <summary>Applies an operation.</summary>
    /// <returns>Its outcome; a conflict and a refusal changed nothing.</returns>
    public OperationOutcome Apply(OperationDraft draft)
    {
        if (draft.Refusal is { } refusal)
        {
            return refusal;
        }

        try
        {
            return _known.TryGetValue(draft.ClientId, out var known) ? Repeated(draft, known) : ApplyNew(draft);
        }
        catch (RefusedOperationException refused)
        {
            return OperationReader.RefusalOf(draft.Id, refused);
        }
    }

    private OperationOutcome Repeated(OperationDraft draft, KnownOperation known) =>
        known.Picture == _editor.Picture.Id
            ? Applied(draft, known.Sequence, _annotations[known.AnnotationId])
            : throw new RefusedOperationException(
                "id",
                $"is the id of an operation on the picture {known.Picture}; make a new UUID for every operation.");

    private OperationOutcome ApplyNew(OperationDraft draft)
    {
        if (draft.Values is { Label: not 0 and var label } && !_labels.Contains(label))
        {
            throw new RefusedOperationException(
                $"{NameOf(draft.Kind)}.label", $"is {label}; the project has no label with this id.");
        }

        var isThere = _annotations.TryGetValue(draft.AnnotationId, out var row);
        if (isThere && (row!.PictureId != _editor.Picture.Id || row.JobId != _layer))
        {
            throw new RefusedOperationException(
                draft.Values is null ? NameOf(draft.Kind) : $"{NameOf(draft.Kind)}.id",
                draft.Kind == OperationKind.Create
                    ? "is taken by an annotation elsewhere; make a new UUID for every annotation."
                    : NotHere(draft.AnnotationId));
        }

        if (draft.Kind == OperationKind.Create)
        {
            return isThere ? Conflict(draft, row!) : Create(draft);
        }

        if (!isThere)
        {
            throw new RefusedOperationException(
                draft.Values is null ? NameOf(draft.Kind) : $"{NameOf(draft.Kind)}.id", NotHere(draft.AnnotationId));
        }

        if (row!.Revision != draft.BaseRevision)
        {
            return Conflict(draft, row);
        }

        Change(draft, row);
        return Done(draft, row);
    }

    private OperationOutcome Create(OperationDraft draft)
    {
        MakeRoom();
        var row = _editor.Create(draft, _layer);
        _annotations[row.Id] = row;
        return Done(draft, row);
    }

    private void Change(OperationDraft draft, AnnotationRow row)
    {
        if (draft.Kind == OperationKind.Undelete)
        {
            if (row.DeleteTime is null)
            {
                throw new RefusedOperationException("undelete", "names an annotation that is not deleted.");
            }

            MakeRoom();
        }
        else if (row.DeleteTime is not null)
        {
            throw new RefusedOperationException(
                NameOf(draft.Kind), "names an annotation that is deleted; restore it by undelete first.");
        }

        switch (draft.Kind)
        {
            case OperationKind.Update:
                _editor.Change(draft, row, () => Update(draft, row));
                break;
            case OperationKind.Delete:
                _editor.Change(draft, row, () => row.DeleteTime = _editor.Now);
                _room++;
                break;
            case OperationKind.Undelete:
                _editor.Change(draft, row, () => Undelete(row));
                break;
            case OperationKind.Accept:
                RequireProposal(draft, row, AnnotationState.Active);
                _editor.Change(draft, row, () => Accept(row));
                break;
            case OperationKind.Reject:
                RequireProposal(draft, row, AnnotationState.Rejected);
                _editor.Change(draft, row, () => row.State = AnnotationState.Rejected);
                break;
            default:
                throw new InvalidOperationException($"{draft.Kind} is no operation of a client.");
        }
    }

    /// <summary>Replaces the values. A verdict was on what is replaced: it does not hold any more.</summary>
    private static void Update(OperationDraft draft, AnnotationRow row)
    {
        AnnotationMessages.Write(draft, row);
        row.Verdict = VerdictKind.Unspecified;
    }

    /// <summary>
    /// Restores what was deleted. What a verdict rejected is an annotation again, without that verdict.
    /// </summary>
    private static void Undelete(AnnotationRow row)
    {
        row.DeleteTime = null;
        row.Verdict = row.Verdict == VerdictKind.Rejected ? VerdictKind.Unspecified : row.Verdict;
    }

    private static void Accept(AnnotationRow row)
    {
        var provenance = Provenance.Parser.ParseFrom(row.Provenance);
        provenance.Source = AnnotationSource.Proposed;
        AnnotationMessages.Write(provenance, row);
        row.State = AnnotationState.Active;
    }

    // A rejected proposal can be accepted after all; an annotation is no proposal any more.
    private static void RequireProposal(OperationDraft draft, AnnotationRow row, AnnotationState state)
    {
        if (row.State == AnnotationState.Active || row.State == state)
        {
            throw new RefusedOperationException(
                NameOf(draft.Kind),
                $"names an annotation that is {row.State.ToString().ToLowerInvariant()}, no proposal.");
        }
    }

    private void MakeRoom()
    {
        if (_room <= 0)
        {
            throw new RefusedOperationException(
                "", $"The picture has {MaxAnnotations} annotations, which is the most that one picture may have.");
        }

        _room--;
    }

    private OperationOutcome Done(OperationDraft draft, AnnotationRow row)
    {
        var sequence = _editor.Picture.Revision;
        _known[draft.ClientId] = new KnownOperation(draft.ClientId, _editor.Picture.Id, row.Id, sequence);
        return Applied(draft, sequence, row);
    }

    private OperationOutcome Applied(OperationDraft draft, long sequence, AnnotationRow row) => new()
    {
        Id = draft.Id, Result = OperationResult.Applied, Sequence = sequence, Current = MessageOf(row),
    };

    private OperationOutcome Conflict(OperationDraft draft, AnnotationRow row) => new()
    {
        Id = draft.Id,
        Result = OperationResult.Conflict,
        Current = MessageOf(row),
        Reason = draft.Kind == OperationKind.Create
            ? "The picture has an annotation with this id already."
            : $"The change was made on revision {draft.BaseRevision}, and the annotation has revision {row.Revision} "
                + "now.",
    };

    private Annotation MessageOf(AnnotationRow row) =>
        AnnotationMessages.Of(row, _editor.Picture.Width, _editor.Picture.Height);

    private static string NotHere(Guid id) => $"is {id}; the picture has no such annotation.";

    private static string NameOf(OperationKind kind) => kind.ToString().ToLowerInvariant();

    private sealed record KnownOperation(Guid ClientId, long Picture, Guid AnnotationId, long Sequence);
}
