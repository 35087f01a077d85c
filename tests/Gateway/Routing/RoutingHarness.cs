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
        Silos = [.. Enumerable.Range(1, silos).Select(i => SiloAddress.New(IPAddress.Loopback, 1000 + i, i))];
        Routes = new SiloRegistry(Time);
        foreach (var silo in Silos)
        {
            Add(silo);
        }

        Gate = new DecodeGate(Grain);
        Decoder = new HedgedDecoder(
            Routes,
            new LatencyTracker(),
            Budget,
            new GatewayMetrics(_services.GetRequiredService<IMeterFactory>()),
            Time);
    }

    public static EmbeddingKey Key { get; } = KeyOf(1);

    /// <summary>A prompt that needs nothing of earlier ones.</summary>
    public static DecodeRequest Click { get; } =
        new() { Prompts = [new PromptData { Points = [new PointData(1, 2, true)] }] };

    public SiloAddress[] Silos { get; }

    public FakeTimeProvider Time { get; } = new();

    public FakeGrain Grain { get; } = new();

    public DecodeGate Gate { get; }

    public SiloRegistry Routes { get; }

    public HedgeBudget Budget { get; } = new();

    public HedgedDecoder Decoder { get; }

    public static EmbeddingKey KeyOf(int image) =>
        EmbeddingKey.Create("default", GatewayHost.Model, image.ToString("x64", null));

    /// <summary>The silo that a held decode was sent to.</summary>
    public static SiloAddress? SiloOf(HeldDecode held) => ImageAddress.SiloOf(held.Key);

    /// <summary>A silo comes into reach.</summary>
    public SiloState Add(SiloAddress silo, int workers = 2)
    {
        var route = new SiloState(
            FakeGrainFactory.Create(Grain), new SiloDescription { Address = silo, Workers = workers });
        Routes.Add(route);
        return route;
    }

    /// <summary>A silo has gone.</summary>
    public void Remove(SiloAddress silo) => Routes.Remove(RouteOf(silo));

    /// <summary>The way to a silo.</summary>
    public SiloState RouteOf(SiloAddress silo) => Routes.All.Single(route => silo.Equals(route.Address));

    public Task<DecodeReply?> DecodeAsync(CancellationToken? cancellationToken = null) =>
        DecodeAsync(Click, MaskReplayPlan.None, cancellationToken);

    public Task<DecodeReply?> DecodeAsync(
        DecodeRequest request, MaskReplayPlan remaking, CancellationToken? cancellationToken = null) =>
        Decoder.DecodeAsync(
            Key, request, new SiloAffinity(), remaking, cancellationToken ?? TestContext.Current.CancellationToken);

    public void Dispose() => _services.Dispose();
}
