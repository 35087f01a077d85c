using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Segmentation.Projects.Access;
using Segmentation.Projects.Annotating;
using Segmentation.Projects.Configuration;
using Segmentation.Projects.Objects;
using Segmentation.Projects.Pictures.Files;
using Segmentation.Projects.Pictures.SourceFiles;
using Segmentation.Projects.Runs;
using Segmentation.Projects.Runs.Working;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Projects.Tests.Fixtures;
using Segmentation.Projects.Watching;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Tests.Runs;

/// <summary>A project with pictures, and everything that does runs over them but grains.</summary>
internal sealed class RunBench : IAsyncDisposable
{
    public const string Tenant = "acme";

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    private readonly AnnotatingMetrics _annotating;

    private RunBench(TestRecord record, TimeProvider clock, RunsOptions options)
    {
        (Record, Clock) = (record, clock);
        Settings = Options.Create(options);
        Metrics = ActivatorUtilities.CreateInstance<RunMetrics>(_services);
        _annotating = ActivatorUtilities.CreateInstance<AnnotatingMetrics>(_services);
    }

    public TestRecord Record { get; }

    public TimeProvider Clock { get; }

    public IOptions<RunsOptions> Settings { get; }

    public RunMetrics Metrics { get; }

    public Guid Project { get; } = Guid.CreateVersion7();

    public MemoryObjects Objects { get; } = new();

    public SteeredModel Model { get; } = new();

    public List<long> Pictures { get; } = [];

    public RunStates States => new(Record.Factory, Clock);

    public RunRecord Runs => new(Record.Factory, Clock);

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Makes a project with pictures.</summary>
    public static async Task<RunBench> CreateAsync(
        DatabaseKind kind, int pictures, TimeProvider? clock = null, RunsOptions? options = null)
    {
        var bench = new RunBench(
            await TestRecord.CreateAsync(kind), clock ?? TimeProvider.System, options ?? new RunsOptions());
        await bench.Record.Factory.WriteAsync(
            (db, _) =>
            {
                db.Projects.Add(bench.ProjectRow());
                return Task.CompletedTask;
            },
            Cancel);
        await bench.AddPicturesAsync(pictures);
        return bench;
    }

    /// <summary>Adds pictures.</summary>
    public async Task AddPicturesAsync(int count, string excluded = "")
    {
        var rows = Enumerable.Range(Pictures.Count, count).Select(number => Picture(number, excluded)).ToList();
        await Record.Factory.WriteAsync(
            (db, _) =>
            {
                db.Pictures.AddRange(rows);
                return Task.CompletedTask;
            },
            Cancel);
        Pictures.AddRange(rows.Select(row => row.Id));
    }

    /// <summary>Adds a label.</summary>
    public async Task<int> AddLabelAsync()
    {
        const int Label = 3;
        await Record.Factory.WriteAsync(
            (db, _) =>
            {
                db.Labels.Add(new LabelRow
                {
                    ProjectId = Project, Id = Label, Name = "cell", Color = "#112233", Hotkey = "", AttributesJson = "",
                });
                return Task.CompletedTask;
            },
            Cancel);
        return Label;
    }

    /// <summary>Starts a run and writes all its pictures.</summary>
    public async Task<RunRow> StartAsync(RunStage stage = RunStage.Automatic, Action<StartRunRequest>? change = null)
    {
        var request = new StartRunRequest { Stage = stage, Preset = "segment-anything" };
        change?.Invoke(request);
        var run = await Runs.StartAsync(Grant(), request, null, Cancel);
        var selection = new RunSelection(Record.Factory);
        while (!await selection.SelectAsync(run.Id, Cancel))
        {
        }

        return await FindAsync(run.Id);
    }

    /// <summary>The right of a manager.</summary>
    public ProjectGrant Grant() =>
        new(new ProjectCaller(Tenant, "ann"), Role.Manager, ProjectRow(), new ProjectSettings());

    /// <summary>Changes a picture.</summary>
    public Task ChangeAsync(long picture, Action<PictureRow> change) => Record.Factory.WriteAsync(
        async (db, token) => change(await db.Pictures.AsTracking().SingleAsync(row => row.Id == picture, token)), Cancel);

    /// <summary>Claims, as another process would make them.</summary>
    public RunClaims Claims(IProjectsDbFactory? databases = null) => new(databases ?? Record.Factory, Settings, Clock);

    /// <summary>A writer, as another process would have one.</summary>
    public RunWriter Writer(IProjectsDbFactory? databases = null) =>
        new(databases ?? Record.Factory, Annotations(databases ?? Record.Factory), new Leases(Clock), Clock);

    /// <summary>A worker, as another process would have one.</summary>
    public RunWorker Worker(IProjectsDbFactory? databases = null) => new(
        databases ?? Record.Factory,
        Claims(databases),
        new RunSearch(
            new PictureFiles(
                Objects, new PictureSources(Options.Create(new ProjectsOptions()), null!), databases ?? Record.Factory),
            Model),
        Writer(databases),
        new RunStates(databases ?? Record.Factory, Clock),
        new SearchRules(Settings),
        Metrics,
        Clock,
        NullLogger<RunWorker>.Instance);

    /// <summary>Works until nothing can be begun.</summary>
    public Task WorkAsync() => Worker().RunAsync(Tenant, Guid.NewGuid().ToString("N"), Cancel);

    public async Task<RunRow> FindAsync(long run) =>
        await States.FindAsync(run, Cancel) ?? throw new InvalidOperationException("There is no such run.");

    public Task<List<RunPictureRow>> RunPicturesAsync(long run) => Record.Factory.ReadAsync(
        (db, token) => db.RunPictures.Where(row => row.RunId == run).OrderBy(row => row.PictureId).ToListAsync(token),
        Cancel);

    public Task<List<AnnotationRow>> AnnotationsAsync() => Record.Factory.ReadAsync(
        (db, token) => db.Annotations.OrderBy(row => row.PictureId).ThenBy(row => row.Z).ToListAsync(token), Cancel);

    public Task<PictureRow> PictureAsync(long picture) => Record.Factory.ReadAsync(
        (db, token) => db.Pictures.SingleAsync(row => row.Id == picture, token), Cancel);

    public async ValueTask DisposeAsync()
    {
        await Record.DisposeAsync();
        await _services.DisposeAsync();
    }

    private AnnotationWriter Annotations(IProjectsDbFactory databases) =>
        new(databases, new Leases(Clock), new PictureSignals(), _annotating, Clock);

    private ProjectRow ProjectRow() => new()
    {
        Id = Project, Tenant = Tenant, Name = "cells", Description = "", Settings = [], Creator = "ann", Revision = 1,
    };

    private PictureRow Picture(int number, string excluded)
    {
        var file = new[] { (byte)number };
        var hash = SHA256.HashData(BitConverter.GetBytes(number));
        Objects.Add(ObjectKeys.Picture(Tenant, hash), file);
        return new PictureRow
        {
            ProjectId = Project,
            Name = $"{number}.png",
            Sha256 = hash,
            Width = SteeredModel.Side,
            Height = SteeredModel.Side,
            SizeBytes = file.Length,
            MediaType = "image/png",
            AttributesJson = "",
            State = PictureState.New,
            ExcludedReason = excluded,
            SourcePath = "",
        };
    }
}
