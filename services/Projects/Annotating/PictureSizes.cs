using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Storage;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Annotating;

/// <summary>Reads pictures as far as reading what is drawn on them needs it.</summary>
internal static class PictureSizes
{
    /// <summary>Reads a picture of a project.</summary>
    /// <exception cref="RpcException">NOT_FOUND: the project has no such picture.</exception>
    public static async Task<PictureSize> RequireAsync(
        ProjectsDb db, Guid project, long picture, CancellationToken cancellationToken) =>
        await db.Pictures
            .Where(row => row.Id == picture && row.ProjectId == project && row.DeleteTime == null)
            .Select(row => new PictureSize(row.Id, row.Width, row.Height, row.Revision))
            .FirstOrDefaultAsync(cancellationToken)
        ?? throw ProjectProblem.NotFound(nameof(Picture), $"{picture}");
}
