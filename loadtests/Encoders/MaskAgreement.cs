using Segmentation.Models;
using Segmentation.Sam;
using Segmentation.Sam.Images;
using Segmentation.Sam.Prompts;
using Segmentation.Sam.Runtime;

namespace Segmentation.LoadTests.Encoders;

/// <summary>
/// Compares the masks of embeddings with those of the CPU's own, all decoded on the CPU: the encoder is what is judged.
/// </summary>
/// <param name="model">The model.</param>
internal sealed class MaskAgreement(ModelPackage model)
{
    private const int Side = 4;

    private static readonly RuntimeOptions _cpu = new() { IntraOpThreads = Environment.ProcessorCount };

    /// <summary>Clicks sixteen times on each image.</summary>
    /// <returns>1 - IoU of each mask.</returns>
    public IReadOnlyList<double> LossOf(
        ImageEncoder encoder, IReadOnlyList<ModelImage> images, CancellationToken cancellationToken)
    {
        using var reference = new ImageEncoder(model, _cpu);
        using var segmenter = new Segmenter(model, _cpu);
        var workspace = segmenter.CreateWorkspace();
        return
        [
            .. images.SelectMany(image => Masks(encoder, image).Zip(Masks(reference, image)).SelectMany(
                pair => pair.First.Join(
                    pair.Second, one => one.Token, one => one.Token, (a, b) => 1 - a.RunLengths.IoU(b.RunLengths)))),
        ];

        IReadOnlyList<IReadOnlyList<SegmentedMask>> Masks(ImageEncoder from, ModelImage image)
        {
            var embedding = new float[model.EmbeddingLength];
            from.Encode([image], embedding, cancellationToken);
            var prepared = segmenter.Prepare(embedding, image.Geometry, cancellationToken);
            return segmenter.Segment(prepared, Clicks(image), SegmentOptions.Default, workspace, cancellationToken);
        }
    }

    private static List<Prompt> Clicks(ModelImage image) =>
    [
        .. Enumerable.Range(0, Side * Side).Select(i => new Prompt
        {
            Points =
            [
                new(
                    (i % Side + 0.5f) / Side * image.Geometry.Width,
                    (i / Side + 0.5f) / Side * image.Geometry.Height,
                    PointLabel.Foreground),
            ],
        }),
    ];
}
