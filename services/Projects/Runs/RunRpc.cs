using Grpc.Core;
using Segmentation.Projects.Access;
using Segmentation.Projects.Contract;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Runs.Grains;
using Segmentation.Projects.Segmenting;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Projects.Watching;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Runs;

/// <summary>Serves <c>RunService</c>. The record alone is asked: runs can be seen and controlled without a silo.</summary>
internal sealed class RunRpc(
    ProjectAccess access, RunRecord record, IImageModel model, RunWaker waker, StateWatch watch, TimeProvider clock)
    : RunService.RunServiceBase
{
    private const int MostPictures = 1_000_000;

    /// <inheritdoc/>
    public override async Task<Run> StartRun(StartRunRequest request, ServerCallContext context)
    {
        // One person who draws may ask for proposals on the picture at hand.
        var isOfOne = request.Stage == RunStage.SemiAutomatic && request.Pictures.Distinct().Take(2).Count() == 1;
        var grant = await access.RequireAsync(
            context, request.Project, isOfOne ? Role.Annotator : Role.Manager);
        if (request.Stage is not (RunStage.SemiAutomatic or RunStage.Automatic))
        {
            throw ProjectProblem.Invalid(
                "stage", $"is {(int)request.Stage}; it must be RUN_STAGE_SEMI_AUTOMATIC or RUN_STAGE_AUTOMATIC");
        }

        if (!model.IsAvailable)
        {
            throw ProjectProblem.Of(
                StatusCode.FailedPrecondition,
                "NO_GATEWAY",
                "This server asks no models, so it makes no runs: the operator names a gateway in "
                    + "Segmentation:Projects:Gateway:Address.");
        }

        if (request.Pictures.Count > MostPictures)
        {
            throw ProjectProblem.Invalid(
                "pictures", $"has {request.Pictures.Count} ids; at most {MostPictures} are taken: use `filter` for more");
        }

        var id = ProjectAccess.ParseRequestId(request.RequestId);
        var run = await record.StartAsync(grant, request, id, context.CancellationToken);
        waker.Wake(run.Id);
        return ToMessage(run);
    }

    /// <inheritdoc/>
    public override async Task<Run> GetRun(GetRunRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Viewer);
        return ToMessage(await record.FindAsync(grant.ProjectId, request.Run, context.CancellationToken));
    }

    /// <inheritdoc/>
    public override async Task<ListRunsResponse> ListRuns(ListRunsRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Viewer);
        var size = Pages.SizeOf(request.PageSize);
        var before = Pages.Number(request, request.PageToken) ?? long.MaxValue;
        var rows = await record.ListAsync(grant.ProjectId, before, size + 1, context.CancellationToken);
        return new ListRunsResponse
        {
            Runs = { rows.Take(size).Select(ToMessage) },
            NextPageToken = rows.Count > size ? Pages.Token(request, rows[size - 1].Id) : "",
        };
    }

    /// <inheritdoc/>
    public override async Task<Run> ControlRun(ControlRunRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Manager);
        if (request.Control == RunControl.Unspecified || !Enum.IsDefined(request.Control))
        {
            throw ProjectProblem.Invalid(
                "control",
                $"is {(int)request.Control}; it must be RUN_CONTROL_PAUSE, RUN_CONTROL_RESUME, RUN_CONTROL_CANCEL or "
                    + "RUN_CONTROL_RETRY");
        }

        var run = await record.ControlAsync(grant.ProjectId, request.Run, request.Control, context.CancellationToken);
        waker.Wake(run.Id);
        return ToMessage(run);
    }

    /// <inheritdoc/>
    public override async Task<ListRunErrorsResponse> ListRunErrors(
        ListRunErrorsRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Viewer);
        var run = await record.FindAsync(grant.ProjectId, request.Run, context.CancellationToken);
        var size = Pages.SizeOf(request.PageSize);
        var after = Pages.Number(request, request.PageToken) ?? 0;
        var errors = await record.ListErrorsAsync(run.Id, after, size + 1, context.CancellationToken);
        return new ListRunErrorsResponse
        {
            Errors = { errors.Take(size).Select(error => new ItemError { Item = error.Name, Reason = error.Reason }) },
            NextPageToken = errors.Count > size ? Pages.Token(request, errors[size - 1].Picture) : "",
        };
    }

    /// <inheritdoc/>
    public override Task WatchRun(
        WatchRunRequest request, IServerStreamWriter<Run> responseStream, ServerCallContext context) =>
        watch.RunAsync(
            async () =>
            {
                var grant = await access.RequireAsync(context, request.Project, Role.Viewer);
                return ToMessage(await record.FindAsync(grant.ProjectId, request.Run, context.CancellationToken));
            },
            run => run.State is not (RunState.Running or RunState.Paused),
            responseStream,
            context);

    /// <inheritdoc/>
    public override Task<ListPresetsResponse> ListPresets(ListPresetsRequest request, ServerCallContext context) =>
        Task.FromResult(new ListPresetsResponse { Presets = { RunPresets.All } });

    private Run ToMessage(RunRow row) => RunMessages.ToMessage(row, clock.Now());
}
