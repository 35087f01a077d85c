using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Contract;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Pictures.Listing;

/// <summary>Lists pictures page by page.</summary>
internal sealed class PictureLists(IProjectsDbFactory databases, TimeProvider clock)
{
    private const int MostSkipped = 1_000_000;

    /// <summary>Gives a page.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: the request has a wrong value.</exception>
    public async Task<ListPicturesResponse> ListAsync(
        Guid project, ListPicturesRequest request, CancellationToken cancellationToken)
    {
        var size = Pages.SizeOf(request.PageSize);
        if (request.Skip is < 0 or > MostSkipped)
        {
            throw ProjectProblem.Invalid("skip", $"is {request.Skip}; it must be 0 to {MostSkipped}");
        }

        return await databases.ReadAsync(
            (db, token) => ReadAsync(db, project, request, size, token), cancellationToken);
    }

    private async Task<ListPicturesResponse> ReadAsync(
        ProjectsDb db, Guid project, ListPicturesRequest request, int size, CancellationToken cancellationToken)
    {
        var sort = PictureSort.Of(request.OrderBy);
        var behind = db.Pictures(project, request.Filter);
        if (Pages.Keys(request, request.PageToken, 2) is [var value, var id])
        {
            try
            {
                behind = sort.Behind(behind, value, long.Parse(id, CultureInfo.InvariantCulture));
            }
            catch (Exception error) when (error is FormatException or OverflowException or ArgumentException)
            {
                throw Pages.NoToken();
            }
        }

        var rows = await PageAsync(db, sort.Sorted(behind), request.Skip, size + 1, cancellationToken);
        var answer = new ListPicturesResponse();
        if (rows.Count > size)
        {
            rows.RemoveAt(size);
            answer.NextPageToken = Pages.Token(
                request, sort.ValueOf(rows[^1]), rows[^1].Id.ToString(CultureInfo.InvariantCulture));
        }

        var leases = await LeasesAsync(db, rows, cancellationToken);
        answer.Pictures.Add(rows.Select(row => PictureMessages.Of(row, leases.GetValueOrDefault(row.Id))));
        if (request.Count)
        {
            // A first page that is the last has counted already.
            answer.TotalSize = request.PageToken.Length + request.Skip + answer.NextPageToken.Length == 0
                ? rows.Count
                : await CountAsync(db, project, request.Filter, cancellationToken);
        }

        return answer;
    }

    /// <summary>Counts the pictures of a filter.</summary>
    private static Task<long> CountAsync(
        ProjectsDb db, Guid project, PictureFilter? filter, CancellationToken cancellationToken) =>
        // Every id is above 0. The condition leads SQLite to the index of filters, which is in the order of rows:
        // another index costs six times as much for fields that the index does not have.
        db.Pictures(project, filter, isWhole: true).Where(row => row.Id > 0).LongCountAsync(cancellationToken);

    private static async Task<List<PictureRow>> PageAsync(
        ProjectsDb db, IQueryable<PictureRow> sorted, int skip, int count, CancellationToken cancellationToken)
    {
        if (skip == 0)
        {
            return await sorted.Take(count).ToListAsync(cancellationToken);
        }

        // What is passed over is read from the index alone, where the filter allows that.
        var ids = await sorted.Select(row => row.Id).Skip(skip).Take(count).ToListAsync(cancellationToken);
        var rows = await db.Pictures.AsNoTracking().Where(row => ids.Contains(row.Id))
            .ToDictionaryAsync(row => row.Id, cancellationToken);
        return [.. ids.Where(rows.ContainsKey).Select(id => rows[id])];
    }

    private async Task<Dictionary<long, LeaseRow>> LeasesAsync(
        ProjectsDb db, List<PictureRow> rows, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var ids = rows.Select(row => row.Id).ToArray();
        return await db.Leases.AsNoTracking()
            .Where(lease => ids.Contains(lease.PictureId) && lease.JobId == 0 && lease.Until > now)
            .ToDictionaryAsync(lease => lease.PictureId, cancellationToken);
    }
}
