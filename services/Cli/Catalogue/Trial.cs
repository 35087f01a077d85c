using Segmentation.Masks;
using Segmentation.Masks.Geometry;
using Segmentation.Sam;
using Segmentation.Sam.Prompts;

namespace Segmentation.Cli.Catalogue;

/// <summary>One click in the middle of a picture.</summary>
internal static class Trial
{
    /// <summary>The click.</summary>
    public static Prompt Prompt(ImageGeometry geometry) =>
        new() { Points = [new(geometry.Width / 2f, geometry.Height / 2f, PointLabel.Foreground)] };

    /// <summary>Decodes the click.</summary>
    /// <returns>True if all logits are finite and not all the same.</returns>
    public static bool Click(
        Segmenter segmenter, float[] embedding, ImageGeometry geometry, CancellationToken cancellationToken)
    {
        var image = segmenter.Prepare(embedding, geometry, cancellationToken);
        var options = new SegmentOptions { Forms = MaskForms.Logits };
        var masks = segmenter.Segment(
            image, [Prompt(geometry)], options, segmenter.CreateWorkspace(), cancellationToken)[0];
        return masks.All(
            mask => mask.Logits!.All(float.IsFinite) && mask.Logits!.Any(value => value != mask.Logits![0]));
    }
}
