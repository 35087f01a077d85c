using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Segmentation.Gateway.Answers;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Images;
using Segmentation.Gateway.Lifetime;
using Segmentation.Gateway.Quotas;
using Segmentation.Gateway.Receiving;
using Segmentation.Gateway.Routing.Hedging;
using Segmentation.Gateway.Routing.Silos;
using Segmentation.Gateway.Segmenting;
using Segmentation.Gateway.Streaming;
using Segmentation.Gateway.Telemetry;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Identity.Quotas;

namespace Segmentation.Gateway.Tests.Streaming;

/// <summary>A live session on fakes, running.</summary>
internal sealed class SessionHarness : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly CancellationTokenSource _cancel = new();
    private readonly TaskCompletionSource _drain = new();
    private readonly IntakeRegistry _intakes;
    private readonly QuotaLedger _ledger;

    public SessionHarness(SessionOptions? options = null, AnswerOptions? answers = null)
    {
        Answers = new AnswerBudget(Options.Create(answers ?? new AnswerOptions()));
        options ??= new SessionOptions();
        Encoder = new FakeEncoder(Store);
        var metrics = new GatewayMetrics(_services.GetRequiredService<IMeterFactory>());
        var unexpected = new UnexpectedErrors(NullLogger<UnexpectedErrors>.Instance);
        var budget = new UploadBudget(Options.Create(new UploadOptions()));
        _ledger = new QuotaLedger(
            new MemoryQuotaStore(TimeProvider.System), null, TimeProvider.System, NullLogger<QuotaLedger>.Instance);
        var meter = new WorkMeter(_ledger, Options.Create(new QuotaOptions()), new QuotaMetrics(Meters));
        var silos = new SiloRegistry(TimeProvider.System);
        silos.Add(new SiloState(FakeGrainFactory.Create(Grain), null));
        var selector = new SiloSelector(silos, TimeProvider.System);
        var images = new SiloImageClient(selector, Store);
        var library = new ImageLibrary(
            Store,
            Encoder,
            images,
            GatewayHost.Model,
            budget,
            meter,
            new AuditLog(NullLoggerFactory.Instance, TimeProvider.System),
            TimeProvider.System);
        var hedged = new HedgedDecoder(
            silos,
            selector,
            new LatencyTracker(),
            new HedgeBudget(),
            metrics,
            TimeProvider.System);
        var decoder = new ReplayingDecoder(new SiloDecodeClient(hedged, images));
        var session = new StreamSession(
            Callers.Of(Tenant.Default),
            new CallDeadline(DateTime.MaxValue, TimeProvider.System),
            new ImageOpener(library),
            new PromptRunner(
                decoder,
                Answers,
                meter,
                Callers.Of(Tenant.Default),
                unexpected,
                metrics,
                options),
            unexpected,
            metrics,
            options);
        _intakes = new IntakeRegistry(budget, Options.Create(new UploadOptions()), TimeProvider.System);
        Completion = RunAsync(session, new RequestIntake(_intakes, "default", "connection"));
    }

    public IMeterFactory Meters => _services.GetRequiredService<IMeterFactory>();

    /// <summary>Bytes of answers.</summary>
    public AnswerBudget Answers { get; }

    public FakeStore Store { get; } = new();

    public FakeEncoder Encoder { get; }

    public FakeGrain Grain { get; } = new();

    public ScriptedClient Client { get; } = new();

    /// <summary>True when the client was done, false when the server drained.</summary>
    public Task<bool> Completion { get; }

    public void Cancel() => _cancel.Cancel();

    public void Drain() => _drain.SetResult();

    /// <summary>Opens the first image, and takes the answer.</summary>
    public async Task<SessionHarness> OpenAsync(
        Protocol.V1.StreamMode mode = Protocol.V1.StreamMode.All, byte[]? file = null)
    {
        await Client.OpenAsync(file ?? Requests.File, mode);
        Assert.NotNull((await Client.ReceiveAsync()).Opened);
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        await _cancel.CancelAsync();
        await ((Task)Completion).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _cancel.Dispose();
        _intakes.Dispose();
        await _ledger.DisposeAsync();
        await _services.DisposeAsync();
    }

    private async Task<bool> RunAsync(StreamSession session, RequestIntake intake)
    {
        using (intake)
        using (session)
        {
            return await session.RunAsync(Client, Client, intake, _drain.Task, _cancel.Token);
        }
    }
}
