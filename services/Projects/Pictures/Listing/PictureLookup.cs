using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;

namespace Segmentation.Projects.Pictures.Listing;

/// <summary>Finds single pictures.</summary>
internal sealed class PictureLookup(IProjectsDbFactory databases, TimeProvider clock)
{
    /// <summary>Finds a picture.</summary>
    /// <exception cref="RpcException">NOT_FOUND: the project has no such picture.</exception>
    public async Task<PictureRow> FindAsync(Guid project, long picture, CancellationToken cancellationToken) =>
        await databases.ReadAsync(
            (db, token) => db.Pictures.FirstOrDefaultAsync(
                row => row.Id == picture && row.ProjectId == project && row.DeleteTime == null, token),
            cancellationToken)
            ?? throw Missing(picture);

    /// <summary>Finds a picture and the lease that lasts on it.</summary>
    /// <exception cref="RpcException">NOT_FOUND: the project has no such picture.</exception>
    public async Task<(PictureRow Picture, LeaseRow? Lease)> FindWithLeaseAsync(
        Guid project, long picture, CancellationToken cancellationToken)
    {
        var row = await FindAsync(project, picture, cancellationToken);
        var now = clock.Now();
        var lease = await databases.ReadAsync(
            (db, token) => db.Leases.FirstOrDefaultAsync(
                lease => lease.PictureId == picture && lease.JobId == 0 && lease.Until > now, token),
            cancellationToken);
        return (row, lease);
    }

    /// <summary>NOT_FOUND for a picture.</summary>
    public static RpcException Missing(long picture) =>
        ProjectProblem.NotFound("Picture", picture.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
