using System.Text;
using Microsoft.EntityFrameworkCore;
using Segmentation.Masks;
using Segmentation.Projects.Measuring;
using Segmentation.Projects.Storage;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Reviewing.Jobs;

/// <summary>Reads masks of a picture for comparison.</summary>
internal static class DrawnMasks
{
    /// <summary>Reads what each of some jobs drew on a picture.</summary>
    /// <param name="db">The record.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="jobs">Jobs with annotations of their own; 0: those of the picture itself.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>One list a job, in their order.</returns>
    public static async Task<IReadOnlyList<IReadOnlyList<DrawnMask>>> OfJobsAsync(
        ProjectsDb db, long picture, IReadOnlyList<long> jobs, CancellationToken cancellationToken)
    {
        var size = await db.Pictures.Where(row => row.Id == picture)
            .Select(row => new { row.Width, row.Height }).FirstAsync(cancellationToken);
        var rows = await db.Annotations
            .Where(row => row.PictureId == picture && jobs.Contains(row.JobId))
            .Where(row => row.DeleteTime == null && row.State == AnnotationState.Active)
            .OrderBy(row => row.Id)
            .Select(row => new { row.JobId, row.Creator, row.LabelId, row.Counts }).ToListAsync(cancellationToken);
        var byJob = rows.ToLookup(
            row => row.JobId,
            row => new DrawnMask(row.Creator, row.LabelId, Read(size.Height, size.Width, row.Counts)));
        return [.. jobs.Select(job => byJob[job].ToArray())];
    }

    /// <summary>Reads run lengths as the record has them.</summary>
    public static RunLengths Read(int height, int width, byte[] counts) =>
        RunLengths.FromCocoString(height, width, Encoding.ASCII.GetString(counts));
}
