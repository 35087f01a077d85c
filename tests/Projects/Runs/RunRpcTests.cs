using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Segmentation.Projects.Segmenting;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Projects.Tests.Fixtures;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Tests.Runs;

/// <summary><c>RunService</c>, asked by gRPC and REST, without a silo: the record alone answers.</summary>
public sealed class RunRpcTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [OnBothDatabases]
    public async Task StartRun_SameRequestTwiceAtOnce_IsOneRun(DatabaseKind kind)
    {
        await using var bench = await RunBench.CreateAsync(kind, 1);
        await using var server = await ServerAsync(bench);
        var client = new RunService.RunServiceClient(server.As("ann"));
        var request = Request(bench);

        var runs = await Task.WhenAll(Enumerable.Range(0, 4).Select(
            _ => client.StartRunAsync(request, cancellationToken: Cancel).ResponseAsync));

        Assert.Single(runs.Select(run => run.Id).Distinct());
        Assert.Equal((RunState.Running, "ann", "sa1b"), (runs[0].State, runs[0].Creator, runs[0].Preset));
        var page = await client.ListRunsAsync(new() { Project = request.Project }, cancellationToken: Cancel);
        Assert.Equal([runs[0].Id], page.Runs.Select(run => run.Id));
    }

    [Fact]
    public async Task StartRun_Presets_AreTheStagesOwnAndChangeableOptionByOption()
    {
        await using var bench = await RunBench.CreateAsync(DatabaseKind.Sqlite, 1);
        await using var server = await ServerAsync(bench);
        var client = new RunService.RunServiceClient(server.As("ann"));

        var proposals = await StartAsync(Request(bench, request => request.Stage = RunStage.SemiAutomatic));
        var changed = await StartAsync(Request(bench, request => request.Options = new() { PointsPerSide = 16 }));
        var same = await StartAsync(Request(bench, request => request.Options = new() { PointsPerSide = 32 }));

        Assert.Equal("confident", proposals.Preset);
        Assert.Equal(
            ("custom", 16u, 2u, 0.95), (changed.Preset, changed.Options.PointsPerSide, changed.Options.CropNLayers,
                changed.Options.MaxMaskAreaRatio));
        Assert.Equal("sa1b", same.Preset);

        async Task<Run> StartAsync(StartRunRequest request) => await client.StartRunAsync(request, cancellationToken: Cancel);
    }

    [Theory]
    [InlineData("stage")]
    [InlineData("preset")]
    [InlineData("options.pred_iou_thresh")]
    [InlineData("label")]
    [InlineData("request_id")]
    public async Task StartRun_WrongField_IsNamed(string field)
    {
        await using var bench = await RunBench.CreateAsync(DatabaseKind.Sqlite, 1);
        await using var server = await ServerAsync(bench);
        var request = Request(bench, request => _ = field switch
        {
            "stage" => (object)(request.Stage = RunStage.Unspecified),
            "preset" => request.Preset = "best",
            "label" => request.Label = 9,
            "request_id" => request.RequestId = "one",
            _ => request.Options = new() { PredIouThresh = 2 },
        });

        var error = await Assert.ThrowsAsync<RpcException>(() => new RunService.RunServiceClient(server.As("ann"))
            .StartRunAsync(request, cancellationToken: Cancel).ResponseAsync);

        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        Assert.Equal(field, error.GetRpcStatus()!.GetDetail<Google.Rpc.BadRequest>()!.FieldViolations[0].Field);
    }

    [Fact]
    public async Task StartRun_Annotator_MayAskForProposalsOnOnePictureOnly()
    {
        await using var bench = await RunBench.CreateAsync(DatabaseKind.Sqlite, 2);
        await using var server = await ServerAsync(bench);
        var client = new RunService.RunServiceClient(server.As("ben"));

        var own = await client.StartRunAsync(
            Request(bench, request =>
            {
                request.Stage = RunStage.SemiAutomatic;
                request.Pictures.Add(bench.Pictures[0]);
            }),
            cancellationToken: Cancel);
        var all = await Assert.ThrowsAsync<RpcException>(() => client.StartRunAsync(
            Request(bench, request => request.Stage = RunStage.SemiAutomatic), cancellationToken: Cancel).ResponseAsync);

        Assert.Equal("ben", own.Creator);
        Assert.Equal(StatusCode.PermissionDenied, all.StatusCode);
    }

    [Theory]
    [OnBothDatabases]
    public async Task ControlRun_PauseResumeRetryCancel_AreStatesAndAnEndedRunSaysNo(DatabaseKind kind)
    {
        await using var bench = await RunBench.CreateAsync(kind, 2);
        await using var server = await ServerAsync(bench);
        var client = new RunService.RunServiceClient(server.As("ann"));
        var run = await bench.StartAsync();
        var claim = (await bench.Claims().ClaimAsync(run.Id, "owner", Cancel))!;
        await bench.Claims().FailAsync(claim, "odd", Cancel);

        Assert.Equal(RunState.Paused, (await ControlAsync(RunControl.Pause)).State);
        Assert.Equal(RunState.Paused, (await ControlAsync(RunControl.Pause)).State);
        Assert.Equal((RunState.Running, 1L), (await ControlAsync(RunControl.Resume)) is var on ? (on.State, on.FailedCount) : default);
        Assert.Equal((RunState.Running, 0L), (await ControlAsync(RunControl.Retry)) is var again ? (again.State, again.FailedCount) : default);
        Assert.All(await bench.RunPicturesAsync(run.Id), row => Assert.Equal(
            (RunPictureState.Waiting, 0), (row.State, row.Attempts)));
        var cancelled = await ControlAsync(RunControl.Cancel);
        Assert.Equal(RunState.Cancelled, cancelled.State);
        Assert.NotNull(cancelled.EndTime);
        var error = await Assert.ThrowsAsync<RpcException>(() => ControlAsync(RunControl.Resume));
        Assert.Equal(StatusCode.FailedPrecondition, error.StatusCode);

        Task<Run> ControlAsync(RunControl control) => client.ControlRunAsync(
            new ControlRunRequest { Project = $"{bench.Project}", Run = run.Id, Control = control },
            cancellationToken: Cancel).ResponseAsync;
    }

    [Fact]
    public async Task ListRunErrors_Pages_HaveEachFailureOnceByName()
    {
        await using var bench = await RunBench.CreateAsync(DatabaseKind.Sqlite, 3);
        await using var server = await ServerAsync(bench);
        var client = new RunService.RunServiceClient(server.As("ann"));
        var run = await bench.StartAsync();
        while (await bench.Claims().ClaimAsync(run.Id, "owner", Cancel) is { } claim)
        {
            await bench.Claims().FailAsync(claim, $"odd {claim.Picture}", Cancel);
        }

        var request = new ListRunErrorsRequest { Project = $"{bench.Project}", Run = run.Id, PageSize = 2 };
        var first = await client.ListRunErrorsAsync(request, cancellationToken: Cancel);
        request.PageToken = first.NextPageToken;
        var second = await client.ListRunErrorsAsync(request, cancellationToken: Cancel);

        Assert.Equal(["0.png", "1.png", "2.png"], first.Errors.Concat(second.Errors).Select(error => error.Item));
        Assert.Equal($"odd {bench.Pictures[0]}", first.Errors[0].Reason);
        Assert.Equal("", second.NextPageToken);
    }

    [Fact]
    public async Task WatchRun_UntilTheEnd_SendsChangesAndEnds()
    {
        await using var bench = await RunBench.CreateAsync(DatabaseKind.Sqlite, 2);
        await using var server = await ServerAsync(bench);
        var run = await bench.StartAsync();
        using var watch = new RunService.RunServiceClient(server.As("ann")).WatchRun(
            new WatchRunRequest { Project = $"{bench.Project}", Run = run.Id }, cancellationToken: Cancel);
        Assert.True(await watch.ResponseStream.MoveNext(Cancel));
        Assert.Equal(0, watch.ResponseStream.Current.DoneCount);

        await bench.WorkAsync();
        await bench.States.FinishAsync(run.Id, Cancel);

        Run? last = null;
        await foreach (var one in watch.ResponseStream.ReadAllAsync(Cancel))
        {
            last = one;
        }

        Assert.Equal((RunState.Done, 2L, 4L), (last!.State, last.DoneCount, last.MaskCount));
    }

    [Fact]
    public async Task GetRun_OtherTenantOrProject_IsNotFound()
    {
        await using var bench = await RunBench.CreateAsync(DatabaseKind.Sqlite, 1);
        await using var server = await ServerAsync(bench);
        var run = await bench.StartAsync();
        var request = new GetRunRequest { Project = $"{bench.Project}", Run = run.Id };

        var other = await Assert.ThrowsAsync<RpcException>(() => new RunService.RunServiceClient(
            server.As("ann", "evil")).GetRunAsync(request, cancellationToken: Cancel).ResponseAsync);
        request.Run++;
        var none = await Assert.ThrowsAsync<RpcException>(() => new RunService.RunServiceClient(
            server.As("ann")).GetRunAsync(request, cancellationToken: Cancel).ResponseAsync);

        Assert.Equal((StatusCode.NotFound, StatusCode.NotFound), (other.StatusCode, none.StatusCode));
    }

    [Fact]
    public async Task ListPresets_Rest_HasTheFourWithAppendixB()
    {
        await using var bench = await RunBench.CreateAsync(DatabaseKind.Sqlite, 0);
        await using var server = await ServerAsync(bench);
        using var rest = server.RestAs("ann");

        var json = await rest.GetStringAsync(new Uri("/v1/projectPresets", UriKind.Relative), Cancel);

        var presets = ListPresetsResponse.Parser.ParseJson(json).Presets;
        Assert.Equal(["sa1b", "confident", "segment-anything", "fast"], presets.Select(preset => preset.Name));
        var options = presets[0].Options;
        Assert.Equal((32u, 2u, 2u), (options.PointsPerSide, options.CropNLayers, options.CropNPointsDownscaleFactor));
        Assert.Equal((0.88, 0.95, 0.7, 0.7), (options.PredIouThresh, options.StabilityScoreThresh, options.BoxNmsThresh,
            options.CropNmsThresh));
        Assert.Equal((100u, 0.95), (options.MinMaskRegionArea, options.MaxMaskAreaRatio));
    }

    private static StartRunRequest Request(RunBench bench, Action<StartRunRequest>? change = null)
    {
        var request = new StartRunRequest
        {
            Project = $"{bench.Project}", RequestId = $"{Guid.NewGuid()}", Stage = RunStage.Automatic,
        };
        change?.Invoke(request);
        return request;
    }

    private static async Task<ProjectsServer> ServerAsync(RunBench bench)
    {
        await bench.Record.Factory.WriteAsync(
            (db, _) =>
            {
                db.Members.Add(new MemberRow { ProjectId = bench.Project, Subject = "ann", Role = Role.Manager });
                db.Members.Add(new MemberRow { ProjectId = bench.Project, Subject = "ben", Role = Role.Annotator });
                return Task.CompletedTask;
            },
            Cancel);
        return await ProjectsServer.StartAsync(
            bench.Record, builder => builder.Services.AddSingleton<IImageModel>(bench.Model));
    }
}
