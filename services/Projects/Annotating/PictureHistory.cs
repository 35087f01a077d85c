using Google.Protobuf.WellKnownTypes;
using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Annotating;

/// <summary>
/// Reads operations with the state after each: the state before the next operation on the same annotation, or the
/// annotation as it is now.
/// </summary>
internal static class PictureHistory
{
    /// <summary>Operations after a sequence number, oldest first.</summary>
    /// <param name="db">The record.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="annotation">Only those on this annotation; null: all of a layer.</param>
    /// <param name="layer">
    /// Job whose operations are asked for; 0: the picture's own. Not asked with an annotation.
    /// </param>
    /// <param name="after">The sequence number.</param>
    /// <param name="most">Most operations.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<List<Operation>> ReadAsync(
        ProjectsDb db,
        PictureSize picture,
        Guid? annotation,
        long layer,
        long after,
        int most,
        CancellationToken cancellationToken)
    {
        var operations = db.Operations.Where(row => row.PictureId == picture.Id && row.Sequence > after);
        operations = annotation is { } id
            ? operations.Where(row => row.AnnotationId == id)
            : operations.Where(row => db.Annotations.Any(one => one.Id == row.AnnotationId && one.JobId == layer));
        var page = await operations.OrderBy(row => row.Sequence).Take(most)
            .Select(row => new
            {
                Row = new OperationRow
                {
                    PictureId = row.PictureId,
                    Sequence = row.Sequence,
                    ProjectId = row.ProjectId,
                    ClientId = row.ClientId,
                    AnnotationId = row.AnnotationId,
                    Kind = row.Kind,
                    BaseRevision = row.BaseRevision,
                    Author = row.Author,
                    Time = row.Time,
                    ClientTime = row.ClientTime,
                    ActiveMs = row.ActiveMs,
                    Clicks = row.Clicks,
                },
                After = db.Operations
                    .Where(next => next.AnnotationId == row.AnnotationId && next.Sequence > row.Sequence)
                    .OrderBy(next => next.Sequence).Select(next => next.Before).FirstOrDefault(),
            })
            .ToListAsync(cancellationToken);

        var last = page.Where(item => item.After is null).Select(item => item.Row.AnnotationId).Distinct().ToList();
        var now = await db.Annotations.AsNoTracking().Where(row => last.Contains(row.Id))
            .ToDictionaryAsync(row => row.Id, cancellationToken);
        var messages = new List<Operation>(page.Count);
        foreach (var item in page)
        {
            var state = item.After;
            if (state is null && now[item.Row.AnnotationId].Revision != item.Row.BaseRevision + 1)
            {
                // Changed since the operations were read: the state that is looked for is in the history now.
                state = await StateAfterAsync(db, item.Row, cancellationToken);
            }

            messages.Add(MessageOf(
                item.Row,
                state is null
                    ? AnnotationMessages.Of(now[item.Row.AnnotationId], picture.Width, picture.Height)
                    : Annotation.Parser.ParseFrom(state)));
        }

        return messages;
    }

    private static Task<byte[]?> StateAfterAsync(
        ProjectsDb db, OperationRow operation, CancellationToken cancellationToken) =>
        db.Operations
            .Where(row => row.AnnotationId == operation.AnnotationId && row.Sequence > operation.Sequence)
            .OrderBy(row => row.Sequence).Select(row => row.Before).FirstAsync(cancellationToken);

    private static Operation MessageOf(OperationRow row, Annotation after)
    {
        var message = new Operation
        {
            Id = row.ClientId.ToString("D"),
            BaseRevision = row.BaseRevision,
            Sequence = row.Sequence,
            Author = row.Author,
            ApplyTime = Timestamp.FromDateTimeOffset(row.Time),
            After = after,
            ClientTime = row.ClientTime is { } time ? Timestamp.FromDateTimeOffset(time) : null,
            ActiveMs = row.ActiveMs,
            Clicks = row.Clicks,
        };
        var annotation = row.AnnotationId.ToString("D");
        switch (row.Kind)
        {
            // What was created or updated is the state after it: sent once, there.
            case OperationKind.Create:
                message.Create = new Annotation { Id = annotation };
                break;
            case OperationKind.Update:
                message.Update = new Annotation { Id = annotation };
                break;
            case OperationKind.Delete:
                message.Delete = annotation;
                break;
            case OperationKind.Undelete:
                message.Undelete = annotation;
                break;
            case OperationKind.Accept:
                message.Accept = annotation;
                break;
            case OperationKind.Reject:
                message.Reject = annotation;
                break;
            default:
                break;
        }

        return message;
    }
}
