using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Pictures.Intake;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Pictures.Handing;

/// <summary>The rule by which pictures are handed out.</summary>
internal static class NextOrder
{
    /// <summary>The first pictures by a project's rule.</summary>
    /// <param name="pictures">Pictures that may be handed out.</param>
    /// <param name="settings">The project's settings.</param>
    /// <param name="count">Most pictures.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<List<PictureRow>> FirstAsync(
        IQueryable<PictureRow> pictures, ProjectSettings settings, int count, CancellationToken cancellationToken)
    {
        if (settings.PictureOrder != PictureOrder.Random)
        {
            return await Sorted(pictures, settings.PictureOrder).Take(count).ToListAsync(cancellationToken);
        }

        // Two steps along the index: from the seed's place to the end, then from the beginning.
        var start = RandomOrder.Start(settings.PictureSeed);
        var first = await ByKey(pictures.Where(row => row.RandomKey >= start))
            .Take(count).ToListAsync(cancellationToken);
        if (first.Count < count)
        {
            first.AddRange(await ByKey(pictures.Where(row => row.RandomKey < start))
                .Take(count - first.Count).ToListAsync(cancellationToken));
        }

        return first;
    }

    private static IOrderedQueryable<PictureRow> ByKey(IQueryable<PictureRow> pictures) =>
        pictures.OrderBy(row => row.RandomKey).ThenBy(row => row.Id);

    private static IOrderedQueryable<PictureRow> Sorted(IQueryable<PictureRow> pictures, PictureOrder order) =>
        order switch
        {
            // Pictures without a value have no mask that could be bad: they come last.
            PictureOrder.LowestPredictedIou => pictures
                .OrderBy(row => row.MeanPredictedIou == 0 ? 1 : 0)
                .ThenBy(row => row.MeanPredictedIou)
                .ThenBy(row => row.Id),
            PictureOrder.MostDisagreement => pictures
                .OrderBy(row => row.Agreement == 0 ? 1 : 0).ThenBy(row => row.Agreement).ThenBy(row => row.Id),
            PictureOrder.UnsatisfactoryFirst => pictures
                .OrderByDescending(row => row.UnsatisfactoryCount).ThenBy(row => row.Id),
            _ => pictures.OrderByDescending(row => row.Priority).ThenBy(row => row.Id),
        };
}
