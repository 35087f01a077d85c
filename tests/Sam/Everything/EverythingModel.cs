using System.Collections.Concurrent;
using Segmentation.Masks.Everything;
using Segmentation.Models;
using Segmentation.Sam.Decoding;
using Segmentation.Sam.Everything;
using Segmentation.Sam.Images;

namespace Segmentation.Sam.Tests.Everything;

/// <summary>
/// The model that comes with the project, and workers for batches of points. What a batch gave is kept, as tests on the
/// same photograph decode the same points.
/// </summary>
public sealed class EverythingModel : IDisposable
{
    private readonly ConcurrentDictionary<string, BatchResult> _results = [];
    private readonly CandidateFinder _finder;

    public EverythingModel()
    {
        var model = ModelCatalog.Default.Open();
        Encoder = new ImageEncoder(model.EncoderPath, new() { IntraOpThreads = Environment.ProcessorCount });
        Segmenter = new Segmenter(model, new() { IntraOpThreads = 1 });
        _finder = new CandidateFinder(Segmenter);
    }

    public ImageEncoder Encoder { get; }

    public Segmenter Segmenter { get; }

    public EverythingGenerator Generator(int threads) => new(Segmenter, threads);

    public Func<EverythingCrop, CancellationToken, PreparedImage> Crops(byte[] file) =>
        new CropEncoder(Encoder, Segmenter, file, ImageLimits.Default).Prepare;

    /// <summary>
    /// Finds everything in a photograph as a cluster does: batches go to any worker and come back in any order, here
    /// one order and its reverse in turn.
    /// </summary>
    public IReadOnlyList<EverythingMask> Find(string photograph, EverythingOptions options)
    {
        var file = File.ReadAllBytes(TestData.Path("images", photograph));
        var header = ImageReader.ReadHeader(file, ImageLimits.Default);
        var plan = new EverythingPlan(header.Width, header.Height, options);
        var crops = Crops(file);
        return MaskSelection.Select(
            plan,
            [.. plan.Crops.Select(c => Search(plan, c, photograph, new(() => crops(c, CancellationToken.None))))],
            CancellationToken.None);
    }

    public void Dispose()
    {
        Segmenter.Dispose();
        Encoder.Dispose();
    }

    private IReadOnlyList<EverythingMask> Search(
        EverythingPlan plan, EverythingCrop crop, string photograph, Lazy<PreparedImage> image)
    {
        var search = new CropSearch(plan, crop);
        for (var round = search.NextRound(); round.Count > 0; round = search.NextRound())
        {
            var results = round.AsParallel().AsOrdered().Select(batch => (batch, Find(batch))).ToList();
            if (crop.Index % 2 == 1)
            {
                results.Reverse();
            }

            results.ForEach(r => search.Add(r.batch, r.Item2));
        }

        return search.Finish();

        BatchResult Find(PointBatch batch) => _results.GetOrAdd(
            $"{photograph} {crop.Box} {plan.Options.Profile} {crop.Grid.Count} {string.Join(',', batch.Points)}",
            _ => _finder.Find(image.Value, plan, batch, _finder.CreateWorkspace(), CancellationToken.None));
    }
}

/// <summary>Tests that share the model and what was decoded with it.</summary>
[CollectionDefinition(Name)]
public sealed class EverythingModelCollection : ICollectionFixture<EverythingModel>
{
    public const string Name = "everything";
}
