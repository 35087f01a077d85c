using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Access;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Pictures.SourceFiles;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Pictures.Sources;

/// <summary>Adds, lists and starts to index sources.</summary>
internal sealed class SourceCatalogue(IProjectsDbFactory databases, PictureSources sources, SourceIndexer indexer)
{
    private const int MostSources = 100;

    /// <summary>Adds a source, or gives the one that has the address already.</summary>
    /// <exception cref="RpcException">
    /// INVALID_ARGUMENT: no address of a source. FAILED_PRECONDITION: the place is not allowed, or the project has 100
    /// sources.
    /// </exception>
    public async Task<Source> CreateAsync(
        ProjectGrant grant, CreateSourceRequest request, CancellationToken cancellationToken)
    {
        var uri = request.Source?.Uri ?? "";
        sources.Open(uri);
        var stored = uri.EndsWith('/') ? uri : uri + "/";
        return await databases.WriteAsync(
            async (db, token) =>
            {
                await db.LockProjectAsync(grant.ProjectId, token);
                var all = await db.Sources.Where(row => row.ProjectId == grant.ProjectId).ToListAsync(token);
                if (all.Find(row => row.Uri == stored) is { } known)
                {
                    return SourceMessages.Of(known);
                }

                if (all.Count >= MostSources)
                {
                    throw ProjectProblem.Of(
                        StatusCode.FailedPrecondition,
                        "TOO_MANY_SOURCES",
                        $"The project has {all.Count} sources, the most that it may have. Add a folder above theirs "
                            + "instead.");
                }

                var row = new SourceRow { ProjectId = grant.ProjectId, Uri = stored, ErrorsJson = "", Cursor = "" };
                db.Sources.Add(row);
                await db.SaveChangesAsync(token);
                return SourceMessages.Of(row);
            },
            cancellationToken,
            repeatable: true);
    }

    /// <summary>All sources of a project.</summary>
    public async Task<ListSourcesResponse> ListAsync(ProjectGrant grant, CancellationToken cancellationToken)
    {
        var rows = await databases.ReadAsync(
            (db, token) => db.Sources.Where(row => row.ProjectId == grant.ProjectId)
                .OrderBy(row => row.Id).ToListAsync(token),
            cancellationToken);
        return new ListSourcesResponse { Sources = { rows.Select(SourceMessages.Of) } };
    }

    /// <summary>Begins to index a source in the background; one that is being indexed goes on.</summary>
    /// <exception cref="RpcException">NOT_FOUND: no such source. FAILED_PRECONDITION: the place is not
    /// allowed.</exception>
    public async Task<Source> IndexAsync(
        ProjectGrant grant, IndexSourceRequest request, CancellationToken cancellationToken)
    {
        var source = await databases.WriteAsync(
            async (db, token) =>
            {
                var row = await db.Sources.FirstOrDefaultAsync(
                    one => one.Id == request.Source && one.ProjectId == grant.ProjectId, token)
                    ?? throw ProjectProblem.NotFound(nameof(Source), $"{request.Source}");
                sources.Open(row.Uri);
                if (row.State != SourceState.Indexing)
                {
                    (row.State, row.Cursor, row.ErrorsJson, row.ErrorCount) = (SourceState.Indexing, "", "", 0);
                    row.ClaimUntil = null;
                }

                return SourceMessages.Of(row);
            },
            cancellationToken,
            repeatable: true);
        indexer.Wake();
        return source;
    }
}
