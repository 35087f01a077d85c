using Google.Protobuf;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Access;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Pictures.Listing;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Runs;

/// <summary>Starts, finds and controls runs in the record. Thread-safe.</summary>
internal sealed class RunRecord(IProjectsDbFactory databases, TimeProvider clock)
{
    /// <summary>Starts a run, or finds the one that the same request started.</summary>
    /// <param name="grant">The caller's right.</param>
    /// <param name="request">The request, whose fields were checked.</param>
    /// <param name="requestId">Id of the request; null: it has none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<RunRow> StartAsync(
        ProjectGrant grant, StartRunRequest request, Guid? requestId, CancellationToken cancellationToken)
    {
        var (preset, options) = RunOptionsReader.Read(request);
        var now = clock.Now();
        return databases.WriteAsync(
            async (db, token) =>
            {
                var ofProject = db.Runs.AsNoTracking().Where(row => row.ProjectId == grant.ProjectId);
                if (requestId is { } id
                    && await ofProject.SingleOrDefaultAsync(row => row.RequestId == id, token) is { } there)
                {
                    return there;
                }

                await CheckLabelAsync(db, grant.ProjectId, request.Label, token);
                var run = new RunRow
                {
                    ProjectId = grant.ProjectId,
                    Tenant = grant.Tenant,
                    Stage = request.Stage,
                    State = RunState.Running,
                    Preset = preset,
                    Options = options.ToByteArray(),
                    Model = request.Model.Length > 0 ? request.Model : grant.Settings.Model,
                    ModelDigest = "",
                    LabelId = request.Label,
                    Selection = Selection(request).ToByteArray(),

                    // Of the filter, so that a wrong one is refused now and not found out in the background.
                    LastPictureId = await db.Pictures(grant.ProjectId, request.Filter)
                        .MaxAsync(row => (long?)row.Id, token) ?? 0,
                    Reason = "",
                    RequestId = requestId,
                    Creator = grant.Subject,
                    CreateTime = now,
                };
                db.Runs.Add(run);
                await db.SaveChangesAsync(token);
                return run;
            },
            cancellationToken,
            repeatable: requestId is not null);
    }

    /// <summary>Finds a run.</summary>
    /// <exception cref="RpcException">NOT_FOUND: the project has none with this number.</exception>
    public async Task<RunRow> FindAsync(Guid project, long run, CancellationToken cancellationToken) =>
        await databases.ReadAsync(
            (db, token) => db.Runs.SingleOrDefaultAsync(row => row.Id == run && row.ProjectId == project, token),
            cancellationToken)
        ?? throw NotFound(run);

    /// <summary>Lists runs with smaller numbers than another, the greatest first.</summary>
    public Task<List<RunRow>> ListAsync(Guid project, long before, int count, CancellationToken cancellationToken) =>
        databases.ReadAsync(
            (db, token) => db.Runs.Where(row => row.ProjectId == project && row.Id < before)
                .OrderByDescending(row => row.Id).Take(count).ToListAsync(token),
            cancellationToken);

    /// <summary>Lists failed pictures of a run with greater ids than another one: id, name and reason.</summary>
    public Task<List<RunError>> ListErrorsAsync(
        long run, long after, int count, CancellationToken cancellationToken) => databases.ReadAsync(
            (db, token) => db.RunPictures
                .Where(row => row.RunId == run && row.State == RunPictureState.Failed && row.PictureId > after)
                .OrderBy(row => row.PictureId).Take(count)
                .Join(
                    db.Pictures,
                    row => row.PictureId,
                    picture => picture.Id,
                    (row, picture) => new { row.PictureId, picture.Name, row.Reason })
                .OrderBy(row => row.PictureId)
                .Select(row => new RunError(row.PictureId, row.Name, row.Reason)).ToListAsync(token),
            cancellationToken);

    /// <summary>Controls a run.</summary>
    /// <exception cref="RpcException">
    /// NOT_FOUND: no such run. FAILED_PRECONDITION: the run's state does not allow it.
    /// </exception>
    public Task<RunRow> ControlAsync(
        Guid project, long run, RunControl control, CancellationToken cancellationToken) => databases.WriteAsync(
            async (db, token) =>
            {
                var row = await db.Runs.AsNoTracking()
                    .SingleOrDefaultAsync(row => row.Id == run && row.ProjectId == project, token) ?? throw NotFound(run);
                var next = Next(row.State, control) ?? throw NotAllowed(row, control);
                var again = control == RunControl.Retry ? await RetryAsync(db, run, token) : 0;
                if (next == row.State && again == 0)
                {
                    return row;
                }

                DateTimeOffset? end = next == RunState.Cancelled ? clock.Now() : null;
                var changed = await db.Runs.Where(one => one.Id == run && one.State == row.State).ExecuteUpdateAsync(
                    one => one
                        .SetProperty(changed => changed.State, next)
                        .SetProperty(changed => changed.Reason, "")
                        .SetProperty(changed => changed.RateTime, (DateTimeOffset?)null)
                        .SetProperty(changed => changed.FailedCount, changed => changed.FailedCount - again)
                        .SetProperty(changed => changed.EndTime, end),
                    token);
                return changed == 1
                    ? await db.Runs.AsNoTracking().SingleAsync(one => one.Id == run, token)
                    : throw ProjectProblem.Of(
                        StatusCode.Aborted, "RUN_CHANGED", $"Run {run} changed its state at this moment: ask again.");
            },
            cancellationToken);

    /// <summary>State after a control; null: not allowed. A control that was followed already changes nothing.</summary>
    private static RunState? Next(RunState state, RunControl control) => (control, state) switch
    {
        (RunControl.Pause, RunState.Running or RunState.Paused) => RunState.Paused,
        (RunControl.Resume, RunState.Running or RunState.Paused or RunState.Failed) => RunState.Running,
        (RunControl.Cancel, RunState.Running or RunState.Paused or RunState.Failed or RunState.Cancelled) =>
            RunState.Cancelled,
        (RunControl.Retry, RunState.Paused) => RunState.Paused,
        (RunControl.Retry, RunState.Running or RunState.Done or RunState.Failed) => RunState.Running,
        _ => null,
    };

    private static async Task<int> RetryAsync(ProjectsDb db, long run, CancellationToken cancellationToken) =>
        await db.RunPictures.Where(row => row.RunId == run && row.State == RunPictureState.Failed).ExecuteUpdateAsync(
            row => row
                .SetProperty(one => one.State, RunPictureState.Waiting)
                .SetProperty(one => one.Attempts, 0)
                .SetProperty(one => one.ClaimUntil, (DateTimeOffset?)null)
                .SetProperty(one => one.EndTime, (DateTimeOffset?)null),
            cancellationToken);

    private static async Task CheckLabelAsync(
        ProjectsDb db, Guid project, int label, CancellationToken cancellationToken)
    {
        if (label != 0 && !await db.Labels.AnyAsync(
            row => row.ProjectId == project && row.Id == label && row.DeleteTime == null, cancellationToken))
        {
            throw ProjectProblem.Invalid(
                "label", $"is {label}; the project has no such label: take one of ListLabels, or 0 for none");
        }
    }

    /// <summary>The choice of pictures alone; a list sorted and without repetitions.</summary>
    private static StartRunRequest Selection(StartRunRequest request) => request.Pictures.Count > 0
        ? new StartRunRequest { Pictures = { request.Pictures.Distinct().Order() } }
        : new StartRunRequest { Filter = request.Filter };

    private static RpcException NotFound(long run) =>
        ProjectProblem.NotFound("Run", run.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private static RpcException NotAllowed(RunRow run, RunControl control) => ProjectProblem.Of(
        StatusCode.FailedPrecondition,
        "RUN_STATE",
        $"Run {run.Id} is {run.State.ToString().ToLowerInvariant()}: {control.ToString().ToLowerInvariant()} is not possible. "
            + "Start a new run instead.");
}
