using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Segmentation.Decoder.Configuration;
using Segmentation.Decoder.Decoding;
using Segmentation.Decoder.Engine;
using Segmentation.Decoder.Images;
using Segmentation.Decoder.Masks;
using Segmentation.Decoder.Scheduling;
using Segmentation.Decoder.Telemetry;
using Segmentation.Decoder.Tests.Fakes;
using Segmentation.Embeddings;
using Segmentation.Grains;
using Segmentation.Models;
using Segmentation.Tests.Shared;

namespace Segmentation.Decoder.Tests.Engine;

/// <summary>Three real models in one silo: the default one, and two copies of it with other digests.</summary>
public sealed class RealModelsTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("segmentation-models-");
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Decode_ClicksOnThreeModelsInTurn_NoneIsLoadedTwiceAndAllGiveTheSameMask()
    {
        var models = new ServedModels(
            ModelCatalog.Default.Open(), ModelCopy.Make(_root.FullName, "b"), ModelCopy.Make(_root.FullName, "c"));
        var factory = _services.GetRequiredService<IMeterFactory>();
        using var meters = new HeardMeters(factory);
        var (store, metrics) = (new FakeStore(), new DecoderMetrics(factory));
        var options = Options.Create(new DecoderOptions { Workers = 1 });
        using var loaded = new DecodeModels(
            ModelSource.Of(models, precomputesProjections: false),
            options,
            metrics,
            TimeProvider.System,
            NullLogger<DecodeModels>.Instance);
        var scheduler = new DecodeScheduler(loaded.Default.Engine, options, metrics, TimeProvider.System);
        var images = new HotImages(store, scheduler, loaded, options, metrics);
        var decoder = new ImageDecoder(images, new MaskLogits(options, metrics), scheduler, loaded, TimeProvider.System);
        scheduler.Start();
        var click = new DecodeRequest { Prompts = [new() { Points = [new(50, 5, true)] }] };
        var keys = models.All.Select(model => store.Add(EmbeddingKey.Create(
            "default", new(model.Id, model.Digest, model.PreprocessingVersion), new string('1', 64)))).ToList();

        var counts = new HashSet<string>();
        foreach (var key in keys.Concat(keys))
        {
            var reply = await decoder.DecodeAsync(key, click, Cancel);
            Assert.Equal(DecodeStatus.Ok, reply.Status);
            counts.Add(string.Join(' ', reply.Results[0].Select(mask => mask.Counts)));
        }

        await scheduler.StopAsync(Cancel);
        Assert.Equal(3, models.All.Select(model => model.Digest).Distinct().Count());
        Assert.Single(counts);
        Assert.All(models.All, model => Assert.Equal(1, meters[$"segmentation.decoder.models.loads {model.Id}"]));
        Assert.All(
            models.All,
            model => Assert.InRange(meters[$"segmentation.decoder.models.size {model.Id}"], 5_000_000, 50_000_000));
    }

    public void Dispose()
    {
        _services.Dispose();
        _root.Delete(recursive: true);
    }
}
