using Segmentation.Projects.Runs.Working;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Reviewing;

/// <summary>Chooses the pictures of jobs.</summary>
internal static class ReviewPictures
{
    /// <summary>Pictures of a project that match a filter and are not excluded.</summary>
    public static IQueryable<PictureRow> Of(ProjectsDb db, Guid project, PictureFilter? filter) => RunFilter.Apply(
        db,
        db.Pictures.Where(row => row.ProjectId == project && row.DeleteTime == null && row.ExcludedReason == ""),
        project,
        filter);
}
