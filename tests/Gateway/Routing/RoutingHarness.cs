using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Segmentation.Embeddings;
using Segmentation.Gateway.Routing.Affinity;
using Segmentation.Gateway.Routing.Hedging;
using Segmentation.Gateway.Routing.Silos;
using Segmentation.Gateway.Telemetry;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Grains;

namespace Segmentation.Gateway.Tests.Routing;

/// <summary>A hedged decoder over silos whose answers the test holds.</summary>
internal sealed class RoutingHarness : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public RoutingHarness(int silos)
    {
        Addresses = [.. Enumerable.Range(1, silos).Select(i => SiloAddress.New(IPAddress.Loopback, 1000 + i, i))];
        Silos = new SiloRegistry(Time);
        Selector = new SiloSelector(Silos, Time);
        foreach (var silo in Addresses)
        {
            Add(silo);
        }

        Gate = new DecodeGate(Grain);
        Decoder = new HedgedDecoder(
            Silos,
            Selector,
            new LatencyTracker(),
            Budget,
            new GatewayMetrics(_services.GetRequiredService<IMeterFactory>()),
            Time);
    }

    public static EmbeddingKey Key { get; } = KeyOf(1);

    /// <summary>A prompt that needs nothing of earlier ones.</summary>
    public static DecodeRequest Click { get; } =
        new() { Prompts = [new PromptData { Points = [new PointData(1, 2, true)] }] };

    public SiloAddress[] Addresses { get; }

    public FakeTimeProvider Time { get; } = new();

    public FakeGrain Grain { get; } = new();

    public DecodeGate Gate { get; }

    public SiloRegistry Silos { get; }

    public SiloSelector Selector { get; }

    public HedgeBudget Budget { get; } = new();

    public HedgedDecoder Decoder { get; }

    public static EmbeddingKey KeyOf(int image) =>
        EmbeddingKey.Create("default", GatewayHost.Model, image.ToString("x64", null));

    /// <summary>The silo that a held decode was sent to.</summary>
    public static SiloAddress? SiloOf(HeldDecode held) => ImageAddress.SiloOf(held.Key);

    /// <summary>A silo comes into reach.</summary>
    public SiloState Add(SiloAddress silo, int workers = 2)
    {
        var state = new SiloState(
            FakeGrainFactory.Create(Grain), new SiloDescription { Address = silo, Workers = workers });
        Silos.Add(state);
        return state;
    }

    /// <summary>A silo has gone.</summary>
    public void Remove(SiloAddress silo) => Silos.Remove(StateOf(silo));

    /// <summary>The state of a silo.</summary>
    public SiloState StateOf(SiloAddress silo) => Silos.All.Single(state => silo.Equals(state.Address));

    public Task<DecodeReply?> DecodeAsync(CancellationToken? cancellationToken = null) =>
        DecodeAsync(Click, MaskReplayPlan.None, cancellationToken);

    public Task<DecodeReply?> DecodeAsync(
        DecodeRequest request, MaskReplayPlan replay, CancellationToken? cancellationToken = null) =>
        Decoder.DecodeAsync(
            Key, request, new SiloAffinity(), replay, cancellationToken ?? TestContext.Current.CancellationToken);

    public void Dispose() => _services.Dispose();
}
