using Segmentation.Projects.Pictures.Listing;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Reviewing.Jobs;

/// <summary>Chooses the pictures of jobs.</summary>
internal static class JobPictures
{
    /// <summary>Pictures of a project that match a filter and are not excluded.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: the filter has a wrong value.</exception>
    public static IQueryable<PictureRow> Of(ProjectsDb db, Guid project, PictureFilter? filter) =>
        db.Pictures(project, filter).Where(row => row.ExcludedReason == "");
}
