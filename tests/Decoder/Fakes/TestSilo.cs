using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Segmentation.Decoder.Configuration;
using Segmentation.Decoder.Decoding;
using Segmentation.Decoder.Engine;
using Segmentation.Decoder.Everything;
using Segmentation.Decoder.Images;
using Segmentation.Decoder.Masks;
using Segmentation.Decoder.Scheduling;
using Segmentation.Decoder.Telemetry;
using Segmentation.Embeddings;

namespace Segmentation.Decoder.Tests.Fakes;

/// <summary>What a silo has, without Orleans, on a model that tests hold still.</summary>
internal sealed class TestSilo : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public TestSilo(
        DecoderOptions? options = null, bool isHeld = true, params IReadOnlyList<ModelSource>? others)
    {
        var configured = Options.Create(options ?? new DecoderOptions { Workers = 1 });
        var metrics = new DecoderMetrics(_services.GetRequiredService<IMeterFactory>());
        Engine = new FakeEngine { IsHeld = isHeld };
        Scheduler = new DecodeScheduler(Engine, configured, metrics, Time);
        Models = new DecodeModels(
            [new ModelSource(Model, 1000, Embedding.Length, () => Engine), .. others ?? []],
            configured, metrics, Time, NullLogger<DecodeModels>.Instance);
        Images = new HotImages(Store, Scheduler, Models, configured, metrics);
        Logits = new MaskLogits(configured, metrics);
        Decoder = new ImageDecoder(Images, Logits, Scheduler, Models, Time);
        Shared = new PartResultCache(metrics, Time);
        Search = new PointPartService(Images, Scheduler, new PlanCache(), Shared, Models);
        Scheduler.Start();
    }

    public static ModelIdentity Model { get; } = new("tiny", new string('a', 64), "v1");

    public IMeterFactory Meters => _services.GetRequiredService<IMeterFactory>();

    public FakeTimeProvider Time { get; } = new();

    public FakeEngine Engine { get; }

    public DecodeModels Models { get; }

    public FakeStore Store { get; } = new();

    public DecodeScheduler Scheduler { get; }

    public HotImages Images { get; }

    public MaskLogits Logits { get; }

    public ImageDecoder Decoder { get; }

    public PartResultCache Shared { get; }

    public PointPartService Search { get; }

    public async ValueTask DisposeAsync()
    {
        // Whatever a test left on a worker goes through, so that the workers can end.
        Engine.Let(1000);
        await Scheduler.StopAsync(CancellationToken.None);
        Engine.Dispose();
        await _services.DisposeAsync();
    }
}
