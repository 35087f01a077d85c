using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Runs.Working;

/// <summary>Chooses pictures by a filter.</summary>
internal static class RunFilter
{
    /// <summary>Adds the conditions of a filter to a query.</summary>
    public static IQueryable<PictureRow> Apply(
        ProjectsDb db, IQueryable<PictureRow> pictures, Guid project, PictureFilter? filter)
    {
        if (filter is null)
        {
            return pictures;
        }

        var (states, splits, labels) = (filter.States.ToList(), filter.Splits.ToList(), filter.Labels.ToList());
        pictures = states.Count > 0 ? pictures.Where(row => states.Contains(row.State)) : pictures;
        pictures = splits.Count > 0 ? pictures.Where(row => splits.Contains(row.Split)) : pictures;
        pictures = labels.Count > 0
            ? pictures.Where(row => db.PictureLabels.Any(label => label.ProjectId == project
                && labels.Contains(label.LabelId) && label.PictureId == row.Id && label.Count > 0))
            : pictures;
        pictures = filter.Job != 0
            ? pictures.Where(row => db.JobPictures.Any(job => job.JobId == filter.Job && job.PictureId == row.Id))
            : pictures;
        pictures = filter.HasHasProposals ? pictures.Where(row => row.ProposalCount > 0 == filter.HasProposals) : pictures;
        pictures = filter.HasHasUnsatisfactory
            ? pictures.Where(row => row.UnsatisfactoryCount > 0 == filter.HasUnsatisfactory)
            : pictures;
        pictures = filter.HasHasIssues ? pictures.Where(row => row.OpenIssueCount > 0 == filter.HasIssues) : pictures;
        return filter.HasHasAnnotations
            ? pictures.Where(row => row.AnnotationCount > 0 == filter.HasAnnotations)
            : pictures;
    }
}
