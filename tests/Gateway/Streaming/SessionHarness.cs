using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Segmentation.Gateway.Access;
using Segmentation.Gateway.Answers;
using Segmentation.Gateway.Choosing;
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
using Segmentation.Identity;
using Segmentation.Identity.Keys;
using Segmentation.Identity.Quotas;
using Segmentation.Models;
using Segmentation.ServiceDefaults.Hosting;

namespace Segmentation.Gateway.Tests.Streaming;

/// <summary>A live session on fakes, running.</summary>
internal sealed class SessionHarness : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly CancellationTokenSource _cancel = new();
    private readonly TaskCompletionSource _drain = new();
    private readonly IntakeRegistry _intakes;
    private readonly QuotaLedger _ledger;
    private readonly OpenCalls _calls;
    private readonly OpenCall _call;

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
        var rules = Options.Create(new ModelChoiceOptions());
        var models = new ModelDirectory(new ServedModels(GatewayHost.Package), rules);
        var meter = new WorkMeter(_ledger, Options.Create(new QuotaOptions()), rules, new QuotaMetrics(Meters));
        var silos = new SiloRegistry(TimeProvider.System);
        silos.Add(new SiloState(FakeGrainFactory.Create(Grain), null));
        var selector = new SiloSelector(silos, TimeProvider.System);
        var images = new SiloImageClient(selector, Store);
        var audit = new AuditLog(NullLoggerFactory.Instance, TimeProvider.System);
        var library = new ImageLibrary(
            Store,
            Encoder,
            images,
            models,
            budget,
            meter,
            audit,
            TimeProvider.System);
        var hedged = new HedgedDecoder(
            silos,
            selector,
            new LatencyTracker(),
            new HedgeBudget(),
            metrics,
            TimeProvider.System);
        var decoder = new ReplayingDecoder(new SiloDecodeClient(hedged, images));
        var identity = Options.Create(new IdentityOptions());
        _calls = new OpenCalls(new ExpiryTimes(TimeSpan.Zero, TimeSpan.Zero), audit, metrics, TimeProvider.System);
        var reauthentication = new Reauthentication(
            new Authenticator(
                identity,
                Options.Create(new EndpointOptions()),
                new RemoteAddress(identity),
                new KeyUses(TimeProvider.System),
                _services,
                TimeProvider.System),
            _calls,
            new AccessRefusals(new WrongCredentials(TimeProvider.System), audit, metrics),
            audit);
        _call = new OpenCall(Callers.Of(Tenant.Default), Scope.Segment, "test");
        var session = new StreamSession(
            _call,
            new SessionCredential(reauthentication),
            new CallDeadline(DateTime.MaxValue, TimeProvider.System),
            new ImageOpener(library, models),
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
        _calls.Dispose();
        _call.Dispose();
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
