using System.Collections.Concurrent;
using System.Text.Json;
using Segmentation.Masks;
using Segmentation.Masks.Geometry;
using Segmentation.Models;
using Segmentation.Sam.Decoding;
using Segmentation.Sam.Images;
using Segmentation.Sam.Runtime;

namespace Segmentation.Sam.Tests;

/// <summary>The model that comes with the project, and the photographs already encoded with it.</summary>
public sealed class DefaultModel : IDisposable
{
    private readonly RuntimeOptions _runtime = new() { IntraOpThreads = Environment.ProcessorCount };
    private readonly ImageEncoder _encoder;
    private readonly ConcurrentDictionary<string, Lazy<(ImageGeometry Geometry, float[] Values)>> _embeddings = [];

    public DefaultModel()
    {
        var model = ModelCatalog.Default.Open();
        _encoder = new ImageEncoder(model.EncoderPath, _runtime);
        Segmenter = new Segmenter(model, _runtime);
        Cases = JsonSerializer.Deserialize<GoldenCase[]>(
            File.ReadAllText(TestData.Path("golden", "predictor.json")), JsonSerializerOptions.Web)!;
    }

    public Segmenter Segmenter { get; }

    public IReadOnlyList<GoldenCase> Cases { get; }

    public (ImageGeometry Geometry, float[] Values) Embedding(string image) => _embeddings.GetOrAdd(
        image,
        name => new(() =>
        {
            var file = File.ReadAllBytes(TestData.Path("images", name));
            var pixels = ImageReader.ReadForModel(file, ImageLimits.Default, CancellationToken.None);
            var values = new float[_encoder.EmbeddingLength];
            _encoder.Encode([pixels], values, CancellationToken.None);
            return (pixels.Geometry, values);
        })).Value;

    public PreparedImage Prepare(string image)
    {
        var (geometry, values) = Embedding(image);
        return Segmenter.Prepare(values, geometry, CancellationToken.None);
    }

    /// <summary>Masks of all golden prompts on other embeddings against those on the encoder's own 32 bits.</summary>
    /// <returns>The IoU of each.</returns>
    public IReadOnlyList<double> CompareMasks(Func<string, PreparedImage> prepareOther)
    {
        var workspace = Segmenter.CreateWorkspace();
        var ious = new List<double>();
        foreach (var cases in Cases.Where(c => c.MaskInput is null).GroupBy(c => c.Image))
        {
            var (exact, other) = (Prepare(cases.Key), prepareOther(cases.Key));
            foreach (var golden in cases)
            {
                var options = new SegmentOptions { MaskCount = golden.Multimask ? MaskCount.Three : MaskCount.One };
                ious.AddRange(Segment(exact).Join(
                    Segment(other), m => m.Token, m => m.Token, (a, b) => a.RunLengths.IoU(b.RunLengths)));

                IReadOnlyList<SegmentedMask> Segment(PreparedImage image) => Segmenter.Segment(
                    image, [golden.ToPrompt()], options, workspace, CancellationToken.None)[0];
            }
        }

        return ious;
    }

    public void Dispose()
    {
        Segmenter.Dispose();
        _encoder.Dispose();
    }
}
