using Google.Protobuf.Collections;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;
using Segmentation.Projects.Access;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Measuring;
using Segmentation.Projects.Pictures.Intake;
using Segmentation.Projects.Pictures.Listing;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Projects.Watching;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Pictures.Changing;

/// <summary>Changes and deletes pictures, many at once: all of a request, or none.</summary>
internal sealed class PictureChanges(IProjectsDbFactory databases, PictureSignals signals, TimeProvider clock)
{
    private const int MostPictures = 10_000;
    private const int MaxReason = 1000;

    private static readonly string[] _fields =
        ["name", "attributes", "split", "state", "priority", "excluded_reason"];

    /// <summary>Changes fields of pictures.</summary>
    /// <exception cref="RpcException">
    /// INVALID_ARGUMENT: a wrong value. NOT_FOUND: a picture is not there. PERMISSION_DENIED: the caller may change
    /// only state and exclusion of one picture. ALREADY_EXISTS: another picture has the name.
    /// </exception>
    public async Task<UpdatePicturesResponse> UpdateAsync(
        ProjectGrant grant, UpdatePicturesRequest request, CancellationToken cancellationToken)
    {
        var ids = CheckIds(request.Pictures);
        var fields = CheckFields(request, ids.Length);
        if (grant.Role < Role.Manager && (ids.Length > 1 || fields.Except(["state", "excluded_reason"]).Any()))
        {
            throw ProjectAccess.Denied(grant, Role.Manager);
        }

        var values = CheckValues(request.Values ?? new Picture(), fields);
        if (fields.Contains("state") && grant.Role < Role.Reviewer)
        {
            values.State = StateByAnnotator(grant, values.State, ids[0]);
        }

        await databases.WriteAsync(
            async (db, token) =>
            {
                await RequireAllAsync(db, grant.ProjectId, ids, token);
                if (fields.Contains("name"))
                {
                    await CheckNameAsync(db, grant.ProjectId, ids[0], values.Name, token);
                }

                await db.Pictures.Where(row => row.ProjectId == grant.ProjectId && ids.Contains(row.Id))
                    .ExecuteUpdateAsync(set => Set(set, fields, values), token);
            },
            cancellationToken,
            repeatable: true);
        var rows = await databases.ReadAsync(
            (db, token) => db.Pictures(grant.ProjectId, null).Where(row => ids.Contains(row.Id))
                .OrderBy(row => row.Id).ToListAsync(token),
            cancellationToken);
        return new UpdatePicturesResponse { Pictures = { rows.Select(row => PictureMessages.Of(row)) } };
    }

    /// <summary>Takes pictures out of a project, and out of its jobs.</summary>
    /// <exception cref="RpcException">NOT_FOUND: a picture is not there; then all stay.</exception>
    public async Task DeleteAsync(
        ProjectGrant grant, DeletePicturesRequest request, CancellationToken cancellationToken)
    {
        var ids = CheckIds(request.Pictures);
        var now = clock.Now();
        await databases.WriteAsync(
            async (db, token) =>
            {
                await RequireAllAsync(db, grant.ProjectId, ids, token);
                await db.Pictures.Where(row => ids.Contains(row.Id))
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.DeleteTime, now), token);
                await db.Leases.Where(row => ids.Contains(row.PictureId)).ExecuteDeleteAsync(token);
                await LeaveJobsAsync(db, ids, token);
            },
            cancellationToken);
        foreach (var id in ids)
        {
            signals.Publish(id);
        }
    }

    /// <summary>
    /// An annotator says that a picture is done; who accepts it is a reviewer, or the draw of the project.
    /// </summary>
    private static PictureState StateByAnnotator(ProjectGrant grant, PictureState state, long picture) => state switch
    {
        PictureState.Accepted => throw ProjectAccess.Denied(grant, Role.Reviewer),
        PictureState.Done => ReviewDraw.StateOfFinished(grant.Settings, picture),
        _ => state,
    };

    private static async Task LeaveJobsAsync(ProjectsDb db, long[] ids, CancellationToken cancellationToken)
    {
        var jobs = await db.JobPictures.Where(row => ids.Contains(row.PictureId))
            .Select(row => row.JobId).Distinct().ToListAsync(cancellationToken);
        await db.JobPictures.Where(row => ids.Contains(row.PictureId)).ExecuteDeleteAsync(cancellationToken);
        await db.Jobs.Where(job => jobs.Contains(job.Id)).ExecuteUpdateAsync(
            set => set
                .SetProperty(job => job.PictureCount, job => db.JobPictures.Count(row => row.JobId == job.Id))
                .SetProperty(
                    job => job.FinishedCount,
                    job => db.JobPictures.Count(row => row.JobId == job.Id && row.State != JobPictureState.Todo))
                .SetProperty(job => job.Revision, job => job.Revision + 1),
            cancellationToken);
    }

    private void Set(UpdateSettersBuilder<PictureRow> set, HashSet<string> fields, PictureRow values)
    {
        var now = clock.Now();
        set.SetProperty(row => row.UpdateTime, now);
        if (fields.Contains("name"))
        {
            set.SetProperty(row => row.Name, values.Name);
        }

        if (fields.Contains("attributes"))
        {
            set.SetProperty(row => row.AttributesJson, values.AttributesJson);
        }

        if (fields.Contains("split"))
        {
            set.SetProperty(row => row.Split, values.Split);
        }

        if (fields.Contains("state"))
        {
            set.SetProperty(row => row.State, values.State);
        }

        if (fields.Contains("priority"))
        {
            set.SetProperty(row => row.Priority, values.Priority);
        }

        if (fields.Contains("excluded_reason"))
        {
            set.SetProperty(row => row.ExcludedReason, values.ExcludedReason);
        }
    }

    private static long[] CheckIds(RepeatedField<long> pictures) => pictures.Count is > 0 and <= MostPictures
        ? [.. pictures.Distinct().Order()]
        : throw ProjectProblem.Invalid("pictures", $"has {pictures.Count} ids; it must have 1 to {MostPictures}");

    private static HashSet<string> CheckFields(UpdatePicturesRequest request, int pictures)
    {
        var fields = (request.UpdateMask?.Paths ?? []).ToHashSet(StringComparer.Ordinal);
        if (fields.Count == 0 || fields.Except(_fields).Any())
        {
            var found = string.Join(", ", fields.Except(_fields).Select(ProjectProblem.Quoted));
            throw ProjectProblem.Invalid(
                "update_mask",
                $"{(found.Length == 0 ? "is empty" : $"names {found}")}; it names fields of "
                    + $"{string.Join(", ", _fields)}");
        }

        return fields.Contains("name") && pictures > 1
            ? throw ProjectProblem.Invalid("update_mask", "names 'name' for several pictures; a name belongs to one")
            : fields;
    }

    private static PictureRow CheckValues(Picture values, HashSet<string> fields)
    {
        if (fields.Contains("split") && !Enum.IsDefined(values.Split))
        {
            throw ProjectProblem.Invalid("values.split", $"is {(int)values.Split}, which no part of a dataset has");
        }

        if (fields.Contains("state") && (!Enum.IsDefined(values.State) || values.State == PictureState.Unspecified))
        {
            throw ProjectProblem.Invalid("values.state", $"is {(int)values.State}, which no picture can be in");
        }

        if (values.ExcludedReason.Length > MaxReason)
        {
            throw ProjectProblem.Invalid(
                "values.excluded_reason", $"has {values.ExcludedReason.Length} characters; at most {MaxReason} are "
                    + "kept");
        }

        return new PictureRow
        {
            ProjectId = default,
            Name = fields.Contains("name") ? PictureName.Checked("values.name", values.Name) : "",
            Sha256 = [],
            MediaType = "",
            AttributesJson = PictureMessages.JsonOf("values.attributes", values.Attributes),
            Split = values.Split,
            State = values.State,
            Priority = values.Priority,
            ExcludedReason = values.ExcludedReason,
            SourcePath = "",
        };
    }

    private static async Task CheckNameAsync(
        ProjectsDb db, Guid project, long id, string name, CancellationToken cancellationToken)
    {
        if (await db.Pictures(project, null).AnyAsync(row => row.Name == name && row.Id != id, cancellationToken))
        {
            throw ProjectProblem.Of(
                StatusCode.AlreadyExists,
                "PICTURE_NAME_TAKEN",
                $"The project has another picture with the name {ProjectProblem.Quoted(name)}.");
        }
    }

    private static async Task RequireAllAsync(
        ProjectsDb db, Guid project, long[] ids, CancellationToken cancellationToken)
    {
        var found = await db.Pictures(project, null).Where(row => ids.Contains(row.Id))
            .Select(row => row.Id).ToListAsync(cancellationToken);
        if (found.Count < ids.Length)
        {
            throw PictureLookup.Missing(ids.Except(found).First());
        }
    }
}
