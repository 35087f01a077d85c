using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Segmentation.Formats;
using Segmentation.Masks;
using Segmentation.Projects.Pictures.Listing;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Transfers.Exports;

/// <summary>
/// Reads pictures and masks of a project in the order of pictures' ids, page by page. The next page is read while this
/// one is written, and memory does not grow with the project.
/// </summary>
internal sealed class ExportReader(IProjectsDbFactory databases)
{
    private const int PagePictures = 500;
    private const int PageMasks = 20_000;

    /// <summary>Counts the pictures.</summary>
    public Task<long> CountAsync(ExportPlan plan, CancellationToken cancellationToken) => databases.ReadAsync(
        (db, token) => db.Pictures(plan.ProjectId, plan.Filter).LongCountAsync(token), cancellationToken);

    /// <summary>Reads pictures without their masks.</summary>
    public async IAsyncEnumerable<PictureRow> ReadPicturesAsync(
        ExportPlan plan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long after = 0;
        while (await PageAsync(plan, after, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var row in page)
            {
                yield return row;
            }

            after = page[^1].Id;
        }
    }

    /// <summary>Reads pictures with their masks.</summary>
    /// <param name="plan">Pictures and masks to take.</param>
    /// <param name="report">Takes masks that cannot be read, which are left out.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async IAsyncEnumerable<ExportPicture> ReadAsync(
        ExportPlan plan, Action<DatasetProblem> report, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var parts = PartsAsync(plan, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var next = NextAsync();
        while (await next is { } part)
        {
            next = NextAsync();
            foreach (var row in part.Pictures)
            {
                yield return new ExportPicture(row, Picture(plan, row, part.Masks[row.Id], report));
            }
        }

        async Task<Part?> NextAsync() => await parts.MoveNextAsync() ? parts.Current : null;
    }

    /// <summary>The picture as formats take it, without masks.</summary>
    public static DatasetPicture Picture(PictureRow row) => new()
    {
        Name = row.Name,
        Width = row.Width,
        Height = row.Height,
        Id = row.Id,
        Split = row.Split switch
        {
            Split.Train => "train",
            Split.Validation => "val",
            Split.Test => "test",
            _ => null,
        },
        AttributesJson = row.AttributesJson.Length > 0 ? row.AttributesJson : null,
    };

    private static DatasetPicture Picture(
        ExportPlan plan, PictureRow row, IEnumerable<ExportMask> masks, Action<DatasetProblem> report)
    {
        var all = new List<DatasetMask>();
        foreach (var mask in masks)
        {
            try
            {
                all.Add(mask.ToDataset(plan, row.Height, row.Width));
            }
            catch (RunLengthsFormatException error)
            {
                report(new DatasetProblem(
                    $"{row.Name}: annotation {mask.Id}", "mask", $"The stored run lengths cannot be read: {error.Message}"));
            }
        }

        return Picture(row) with { Masks = all };
    }

    private async IAsyncEnumerable<Part> PartsAsync(
        ExportPlan plan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long after = 0;
        while (await PageAsync(plan, after, cancellationToken) is { Count: > 0 } page)
        {
            for (var from = 0; from < page.Count;)
            {
                var (to, masks) = (from, 0L);
                do
                {
                    masks += page[to].AnnotationCount + page[to].ProposalCount;
                    to++;
                }
                while (to < page.Count && masks < PageMasks);

                yield return await ReadPartAsync(plan, page[from..to], cancellationToken);
                from = to;
            }

            after = page[^1].Id;
        }
    }

    private Task<List<PictureRow>> PageAsync(ExportPlan plan, long after, CancellationToken cancellationToken) =>
        databases.ReadAsync(
            (db, token) => db.Pictures(plan.ProjectId, plan.Filter).Where(row => row.Id > after)
                .OrderBy(row => row.Id)
                .Take(PagePictures)
                .ToListAsync(token),
            cancellationToken);

    private async Task<Part> ReadPartAsync(
        ExportPlan plan, List<PictureRow> pictures, CancellationToken cancellationToken)
    {
        var ids = pictures.ConvertAll(row => row.Id);
        var masks = await databases.ReadAsync(
            (db, token) => Masks(db, plan, ids).ToListAsync(token), cancellationToken);
        return new Part(pictures, masks.ToLookup(mask => mask.PictureId));
    }

    private static IQueryable<ExportMask> Masks(ProjectsDb db, ExportPlan plan, List<long> pictures)
    {
        var rows = db.Annotations
            .Where(row => pictures.Contains(row.PictureId) && row.JobId == 0 && row.DeleteTime == null)
            .Where(row => row.Verdict != VerdictKind.Rejected);
        rows = plan.WithProposals
            ? rows.Where(row => row.State == AnnotationState.Active || row.State == AnnotationState.Proposed)
            : rows.Where(row => row.State == AnnotationState.Active);
        if (plan.Labels.Count > 0)
        {
            rows = rows.Where(row => plan.Labels.Contains(row.LabelId));
        }

        return rows.OrderBy(row => row.PictureId).ThenBy(row => row.Z).ThenBy(row => row.Id).Select(row => new ExportMask
        {
            Id = row.Id,
            PictureId = row.PictureId,
            LabelId = row.LabelId,
            Counts = row.Counts,
            Z = row.Z,
            GroupNumber = row.GroupNumber,
            AttributesJson = row.AttributesJson,
            Crowd = row.Crowd,
            Occluded = row.Occluded,
            Source = row.Source,
            PredictedIou = row.PredictedIou,
            Provenance = plan.WithOrigin ? row.Provenance : null,
        });
    }

    private sealed record Part(List<PictureRow> Pictures, ILookup<long, ExportMask> Masks);
}
