using Segmentation.Embeddings;
using Segmentation.Embeddings.Storage;
using Segmentation.LoadTests.Reporting;
using Segmentation.Masks.Geometry;
using Segmentation.Models;
using Segmentation.Sam;
using Segmentation.Sam.Images;
using Segmentation.Sam.Prompts;
using Segmentation.Sam.Runtime;

namespace Segmentation.LoadTests.Commands;

/// <summary>What an image costs, in bytes in the store and in a silo, and what fewer bits do to masks.</summary>
internal static class StorageRows
{
    private static readonly (EmbeddingEncoding Encoding, double BytesBound, double LossBound)[] _encodings =
        [(EmbeddingEncoding.Float16, 2.1e6, 0.001), (EmbeddingEncoding.Int8, 1.1e6, 0.01)];

    /// <summary>
    /// Sixteen clicks on each picture, on the encoder's own 32 bits and on what the store gives back.
    /// </summary>
    public static async Task<IReadOnlyList<Measurement>> MeasureAsync(
        IEnumerable<FileInfo> images, CancellationToken cancellationToken)
    {
        var model = ModelCatalog.Default.Open();
        var options = new RuntimeOptions { IntraOpThreads = 1 };
        using var encoder = new ImageEncoder(model.EncoderPath, options);
        using var inInt8 = new ImageEncoder(
            model.EncoderPath, options with { EncoderPrecision = EncoderPrecision.Int8 });
        using var segmenter = new Segmenter(model, options);
        var workspace = segmenter.CreateWorkspace();
        var losses = _encodings.ToDictionary(e => e.Encoding, _ => new List<double>());
        var encoderLosses = new List<double>();
        var (bytes, held) = (new Dictionary<EmbeddingEncoding, double>(), 0L);
        foreach (var file in images)
        {
            var read = await File.ReadAllBytesAsync(file.FullName, cancellationToken);
            var image = ImageReader.ReadForModel(read, ImageLimits.Default, cancellationToken);
            var values = new float[encoder.EmbeddingLength];
            encoder.Encode([image], values, cancellationToken);
            var exact = segmenter.Prepare(values, image.Geometry, cancellationToken);
            held = exact.SizeBytes;
            var prompts = Prompts(image.Geometry);
            var expected = segmenter.Segment(exact, prompts, SegmentOptions.Default, workspace, cancellationToken);
            var info = new EmbeddingInfo(image.Geometry.Width, image.Geometry.Height, read.Length, "image/png");
            foreach (var (encoding, _, _) in _encodings)
            {
                var stored = EmbeddingCodec.Encode(Embedding.FromSingle(info, values), encoding);
                bytes[encoding] = stored.Length;
                var restored = new float[encoder.EmbeddingLength];
                EmbeddingCodec.Decode(stored).Value!.CopyTo(restored);
                losses[encoding].AddRange(LossesWith(restored));
            }

            var others = new float[encoder.EmbeddingLength];
            inInt8.Encode([image], others, cancellationToken);
            encoderLosses.AddRange(LossesWith(others));

            IEnumerable<double> LossesWith(float[] embedding) => segmenter
                .Segment(
                    segmenter.Prepare(embedding, image.Geometry, cancellationToken),
                    prompts, SegmentOptions.Default, workspace, cancellationToken)
                .Zip(expected)
                .SelectMany(pair => pair.First.Join(
                    pair.Second, m => m.Token, m => m.Token, (a, b) => 1 - a.RunLengths.IoU(b.RunLengths)));
        }

        return
        [
            .. _encodings.Select(e => Measurement.Of(
                $"embedding in the store, {e.Encoding}", "MB", [bytes[e.Encoding] / 1e6], e.BytesBound / 1e6)),
            .. _encodings.Select(e => Measurement.Of(
                $"masks after storing, 1 - mean IoU, {e.Encoding}", "IoU", [losses[e.Encoding].Average()], e.LossBound)),
            Measurement.Of("masks of the encoder in 8 bits, 1 - mean IoU", "IoU", [encoderLosses.Average()], bound: 0.02),
            Measurement.Of("memory of a silo for a hot image", "MB", [held / 1e6], bound: 12),
        ];
    }

    private static List<Prompt> Prompts(ImageGeometry geometry) =>
    [
        .. Enumerable.Range(0, 16).Select(i => new Prompt
        {
            Points =
            [
                new((i % 4 + 0.5f) / 4 * geometry.Width, (i / 4 + 0.5f) / 4 * geometry.Height, PointLabel.Foreground),
            ],
        }),
    ];
}
