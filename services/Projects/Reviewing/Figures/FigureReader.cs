using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Reviewing.Figures;

/// <summary>Reads the figures of a project: each table once, in the order of pictures, with flat memory.</summary>
internal static class FigureReader
{
    /// <summary>Reads the figures.</summary>
    /// <param name="db">The record.</param>
    /// <param name="project">The project.</param>
    /// <param name="days">The days.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<Segmentation.Protocol.Projects.V1.Figures> ReadAsync(
        ProjectsDb db,
        Guid project,
        FigureDays days,
        CancellationToken cancellationToken)
    {
        var labels = await db.Labels.AsNoTracking()
            .Where(label => label.ProjectId == project)
            .ToDictionaryAsync(label => label.Id, label => label.Name, cancellationToken);
        var book = new FigureBook(labels);
        await AddMasksAsync(db, book, project, days, cancellationToken);
        await AddDecisionsAsync(db, book, project, days, cancellationToken);
        await AddVerdictsAsync(db, book, project, days, cancellationToken);
        var pictures = db.Pictures
            .Where(picture => picture.ProjectId == project && picture.DeleteTime == null)
            .GroupBy(picture => picture.AnnotationCount)
            .Select(group => new { Masks = group.Key, Pictures = group.LongCount() });
        await foreach (var group in pictures.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            book.AddPictures(group.Masks, group.Pictures);
        }

        return book.ToMessage();
    }

    private static async Task AddMasksAsync(
        ProjectsDb db,
        FigureBook book,
        Guid project,
        FigureDays days,
        CancellationToken cancellationToken)
    {
        var masks = db.Annotations.AsNoTracking()
            .Where(row => row.ProjectId == project && row.JobId == 0 && row.DeleteTime == null
                && row.State == AnnotationState.Active && row.CreateTime >= days.Since && row.CreateTime < days.Until)
            .OrderBy(row => row.PictureId)
            .Select(row => new CountedMask
            {
                PictureId = row.PictureId,
                Source = row.Source,
                Creator = row.Creator,
                Editor = row.Editor,
                LabelId = row.LabelId,
                CreateTime = row.CreateTime,
                ActiveMs = row.ActiveMs,
                Clicks = row.Clicks,
                Edited = row.Edited,
            });
        await foreach (var mask in masks.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            book.Add(mask);
        }
    }

    private static async Task AddDecisionsAsync(
        ProjectsDb db,
        FigureBook book,
        Guid project,
        FigureDays days,
        CancellationToken cancellationToken)
    {
        var decisions =
            from operation in db.Operations.AsNoTracking()
            where operation.ProjectId == project && operation.Time >= days.Since && operation.Time < days.Until
                && (operation.Kind == OperationKind.Accept || operation.Kind == OperationKind.Reject)
            join annotation in db.Annotations on operation.AnnotationId equals annotation.Id
            select new { operation.Author, operation.Time, operation.Kind, annotation.LabelId };
        await foreach (var one in decisions.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            book.AddDecision(one.Author, one.Time, one.LabelId, one.Kind == OperationKind.Accept);
        }
    }

    private static async Task AddVerdictsAsync(
        ProjectsDb db,
        FigureBook book,
        Guid project,
        FigureDays days,
        CancellationToken cancellationToken)
    {
        var verdicts =
            from verdict in db.Verdicts.AsNoTracking()
            where verdict.ProjectId == project && verdict.CreateTime >= days.Since && verdict.CreateTime < days.Until
            join row in db.Annotations on verdict.AnnotationId equals row.Id
            select new
            {
                verdict.Kind,
                Time = verdict.CreateTime,
                Mask = new CountedMask
                {
                    PictureId = row.PictureId,
                    Source = row.Source,
                    Creator = row.Creator,
                    Editor = row.Editor,
                    LabelId = row.LabelId,
                    CreateTime = row.CreateTime,
                    ActiveMs = row.ActiveMs,
                    Clicks = row.Clicks,
                    Edited = row.Edited,
                },
            };
        await foreach (var one in verdicts.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            book.AddVerdict(one.Mask, one.Time, one.Kind);
        }
    }
}
