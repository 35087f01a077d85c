using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Lease = Segmentation.Protocol.Projects.V1.Lease;
using Timestamp = Google.Protobuf.WellKnownTypes.Timestamp;

namespace Segmentation.Projects.Access;

/// <summary>
/// Leases of pictures: while one lasts, its holder alone changes what lies under it. All methods take part in the
/// caller's transaction, in which the picture's row is locked (<see cref="RowLocks.LockPictureAsync"/>).
/// </summary>
internal sealed class Leases(TimeProvider clock)
{
    /// <summary>Time for which a lease lasts unless it is renewed, where a caller names none.</summary>
    public static readonly TimeSpan DefaultLifetime = TimeSpan.FromSeconds(90);

    /// <summary>Finds the lease that lasts; null: none does.</summary>
    public async Task<LeaseRow?> FindAsync(
        ProjectsDb db, long picture, long job, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var row = await db.Leases.FirstOrDefaultAsync(
            lease => lease.PictureId == picture && lease.JobId == job, cancellationToken);
        return row is not null && row.Until > now ? row : null;
    }

    /// <summary>Takes or renews a lease, or takes it over from its holder.</summary>
    /// <param name="db">The caller's transaction.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="job">The job whose own annotations are leased; 0: those of the picture.</param>
    /// <param name="subject">Who takes it.</param>
    /// <param name="holder">Window or program that takes it.</param>
    /// <param name="lifetime">Time for which it lasts unless it is renewed.</param>
    /// <param name="takeOver">True to end the lease of somebody else.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RpcException">FAILED_PRECONDITION with the lease: somebody else holds it.</exception>
    public async Task<LeaseRow> TakeAsync(
        ProjectsDb db,
        long picture,
        long job,
        string subject,
        string holder,
        TimeSpan lifetime,
        bool takeOver,
        CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var row = await db.Leases.AsTracking().FirstOrDefaultAsync(
            lease => lease.PictureId == picture && lease.JobId == job, cancellationToken);
        if (row is null)
        {
            row = new LeaseRow { PictureId = picture, JobId = job, Subject = subject, Holder = holder };
            db.Leases.Add(row);
        }
        else if (!takeOver && row.Until > now && !IsOf(row, subject, holder))
        {
            throw Held(row);
        }

        (row.Subject, row.Holder, row.Until) = (subject, holder, now + lifetime);
        return row;
    }

    /// <summary>Ends a lease of this holder; nothing happens if the holder has none.</summary>
    /// <returns>True if a lease ended.</returns>
    public static async Task<bool> ReleaseAsync(
        ProjectsDb db, long picture, long job, string subject, string holder, CancellationToken cancellationToken) =>
        await db.Leases
            .Where(lease => lease.PictureId == picture && lease.JobId == job)
            .Where(lease => lease.Subject == subject && lease.Holder == holder)
            .ExecuteDeleteAsync(cancellationToken) > 0;

    /// <summary>Checks that nobody else holds the lease.</summary>
    /// <param name="db">The caller's transaction.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="job">The job whose own annotations are changed; 0: those of the picture.</param>
    /// <param name="subject">Who changes.</param>
    /// <param name="holder">Window or program that changes; empty: it holds no lease.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RpcException">FAILED_PRECONDITION with the lease: somebody else holds it.</exception>
    public async Task CheckAsync(
        ProjectsDb db, long picture, long job, string subject, string holder, CancellationToken cancellationToken)
    {
        if (await FindAsync(db, picture, job, cancellationToken) is { } lease && !IsOf(lease, subject, holder))
        {
            throw Held(lease);
        }
    }

    /// <summary>The message of a lease; one without a subject for null: nobody holds it.</summary>
    public static Lease MessageOf(LeaseRow? row) => row is null
        ? new Lease()
        : new Lease
        {
            Subject = row.Subject, Holder = row.Holder, ExpireTime = Timestamp.FromDateTimeOffset(row.Until),
        };

    private static bool IsOf(LeaseRow lease, string subject, string holder) =>
        lease.Subject == subject && lease.Holder == holder;

    private static RpcException Held(LeaseRow lease) => ProjectProblem.Of(
        StatusCode.FailedPrecondition,
        "LEASE_HELD",
        $"{ProjectProblem.Quoted(lease.Subject)} works on this picture until {lease.Until.UtcDateTime:HH:mm:ss} UTC. "
            + "Wait, or take the picture over by LeasePicture.",
        MessageOf(lease));
}
