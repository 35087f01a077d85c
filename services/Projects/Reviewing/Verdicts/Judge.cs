using Google.Protobuf.WellKnownTypes;
using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Access;
using Segmentation.Projects.Annotating;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Pictures.Listing;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Projects.Watching;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Reviewing.Verdicts;

/// <summary>
/// Writes verdicts. Each is an operation on its annotation, so that histories have it and watchers hear of it.
/// </summary>
internal sealed class Judge(IProjectsDbFactory databases, PictureSignals signals, TimeProvider clock)
{
    private const int MaxVerdicts = 1000;
    private const int MaxNote = 2000;

    /// <summary>Judges annotations of one picture; one conflict does not stop the others.</summary>
    /// <exception cref="Grpc.Core.RpcException">
    /// INVALID_ARGUMENT with the field. NOT_FOUND: no such picture.
    /// </exception>
    public async Task<JudgeAnnotationsResponse> JudgeAsync(
        ProjectGrant grant, JudgeAnnotationsRequest request, CancellationToken cancellationToken)
    {
        var verdicts = Check(request);
        var response = await databases.WriteAsync(
            (db, token) => WriteAsync(db, grant, request, verdicts, token), cancellationToken, repeatable: true);
        signals.Publish(request.Picture);
        return response;
    }

    /// <summary>The message of a verdict.</summary>
    public static Verdict MessageOf(VerdictRow row) => new()
    {
        Id = row.Id.ToString(),
        Annotation = row.AnnotationId.ToString(),
        AnnotationRevision = row.AnnotationRevision,
        Kind = row.Kind,
        Note = row.Note,
        Reviewer = row.Reviewer,
        CreateTime = Timestamp.FromDateTimeOffset(row.CreateTime),
    };

    private static List<(Guid Id, Guid Annotation)> Check(JudgeAnnotationsRequest request)
    {
        if (request.Verdicts.Count is 0 or > MaxVerdicts)
        {
            throw ProjectProblem.Invalid(
                "verdicts", $"has {request.Verdicts.Count}; 1 to {MaxVerdicts} verdicts are allowed");
        }

        var ids = new List<(Guid Id, Guid Annotation)>();
        foreach (var (verdict, place) in request.Verdicts.Select((verdict, place) => (verdict, place)))
        {
            var path = $"verdicts[{place}]";
            if (verdict.Kind == VerdictKind.Unspecified || !System.Enum.IsDefined(verdict.Kind))
            {
                throw ProjectProblem.Invalid($"{path}.kind", "is missing or unknown");
            }

            if (verdict.Note.Length > MaxNote)
            {
                throw ProjectProblem.Invalid(
                    $"{path}.note", $"has {verdict.Note.Length} characters; at most {MaxNote} are allowed");
            }

            ids.Add((
                ProjectAccess.ParseId($"{path}.id", verdict.Id),
                ProjectAccess.ParseId($"{path}.annotation", verdict.Annotation)));
        }

        return ids;
    }

    private static OperationOutcome Outcome(
        Verdict verdict, OperationResult result, PictureRow picture, AnnotationRow? row, string reason = "") =>
        new()
        {
            Id = verdict.Id,
            Result = result,
            Current = row is null ? null : AnnotationMessages.Of(row, picture.Width, picture.Height),
            Reason = reason,
            Field = row is null ? "annotation" : "",
        };

    private async Task<JudgeAnnotationsResponse> WriteAsync(
        ProjectsDb db,
        ProjectGrant grant,
        JudgeAnnotationsRequest request,
        IReadOnlyList<(Guid Id, Guid Annotation)> ids,
        CancellationToken cancellationToken)
    {
        var editor = await PictureEditor.OpenAsync(
                db, grant.ProjectId, request.Picture, grant.Subject, clock.Now(), cancellationToken)
            ?? throw ProjectProblem.NotFound("Picture", $"{request.Picture}");
        var wanted = ids.Select(id => id.Annotation).ToList();
        var rows = await db.Annotations.AsTracking()
            .Where(row => row.PictureId == request.Picture && wanted.Contains(row.Id))
            .ToDictionaryAsync(row => row.Id, cancellationToken);
        var keys = ids.Select(id => id.Id).ToList();
        var written = await db.Verdicts.Where(row => keys.Contains(row.Id))
            .ToDictionaryAsync(row => row.Id, row => (Guid?)row.AnnotationId, cancellationToken);
        var operations = await db.Operations
            .Where(row => row.ProjectId == grant.ProjectId && keys.Contains(row.ClientId))
            .Select(row => row.ClientId).ToListAsync(cancellationToken);
        foreach (var operation in operations)
        {
            // The id of another change: no verdict can have the id.
            written.TryAdd(operation, null);
        }

        var response = new JudgeAnnotationsResponse();
        foreach (var (verdict, id) in request.Verdicts.Zip(ids))
        {
            response.Outcomes.Add(JudgeOne(
                db, editor, grant.Subject, verdict, id, rows.GetValueOrDefault(id.Annotation), written));
        }

        await editor.CloseAsync(cancellationToken);
        if (editor.HasChanged && editor.Picture.UnsatisfactoryCount > 0)
        {
            editor.Picture.State = PictureState.ToRevisit;
        }

        response.PictureAfter = PictureMessages.Of(editor.Picture);
        return response;
    }

    private OperationOutcome JudgeOne(
        ProjectsDb db,
        PictureEditor editor,
        string reviewer,
        Verdict verdict,
        (Guid Id, Guid Annotation) id,
        AnnotationRow? row,
        Dictionary<Guid, Guid?> written)
    {
        var picture = editor.Picture;
        if (row is null)
        {
            return Outcome(
                verdict,
                OperationResult.Refused,
                picture,
                null,
                $"Picture {picture.Id} has no annotation {id.Annotation}.");
        }

        if (written.TryGetValue(id.Id, out var judged))
        {
            return judged == row.Id
                ? Outcome(verdict, OperationResult.Applied, picture, row)
                : Outcome(
                    verdict,
                    OperationResult.Refused,
                    picture,
                    row,
                    "The id belongs to another change; make a new UUID for every verdict.");
        }

        if (row.Revision != verdict.AnnotationRevision || row.DeleteTime is not null)
        {
            return Outcome(
                verdict,
                OperationResult.Conflict,
                picture,
                row,
                row.DeleteTime is null
                    ? $"The annotation has revision {row.Revision} by now, not {verdict.AnnotationRevision}. Look at "
                        + "the mask again."
                    : "The annotation was deleted.");
        }

        var draft = new OperationDraft(verdict.Id)
        {
            ClientId = id.Id, Kind = OperationKind.Verdict, AnnotationId = row.Id, BaseRevision = row.Revision,
        };
        var lastEditor = row.Editor;
        editor.Change(draft, row, () =>
        {
            row.Verdict = verdict.Kind;
            row.DeleteTime = verdict.Kind == VerdictKind.Rejected ? clock.Now() : null;
        });

        // A verdict changes no mask: whoever changed it last is still named.
        row.Editor = lastEditor;
        db.Verdicts.Add(new VerdictRow
        {
            Id = id.Id,
            ProjectId = picture.ProjectId,
            PictureId = picture.Id,
            AnnotationId = row.Id,
            AnnotationRevision = verdict.AnnotationRevision,
            Kind = verdict.Kind,
            Note = verdict.Note,
            Reviewer = reviewer,
            CreateTime = clock.Now(),
        });
        written.Add(id.Id, row.Id);
        var outcome = Outcome(verdict, OperationResult.Applied, picture, row);
        outcome.Sequence = picture.Revision;
        return outcome;
    }
}
