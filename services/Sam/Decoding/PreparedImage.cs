using Segmentation.Masks.Geometry;
using Segmentation.Masks.Rasterizing;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding;

/// <summary>
/// Tensors that all prompts on an image share, in the form of the decoder that made them. Immutable once computed;
/// safe for concurrent use.
/// </summary>
public abstract class PreparedImage
{
    private protected PreparedImage(ImageGeometry geometry)
    {
        Geometry = geometry;
        Plan = new ResamplingPlan(geometry);
    }

    /// <summary>Sizes of the image.</summary>
    public ImageGeometry Geometry { get; }

    /// <summary>Bytes held.</summary>
    public abstract long SizeBytes { get; }

    /// <summary>Image projections, where all prompts on the image use them; else null.</summary>
    internal AlignedBuffer? Projections { get; set; }

    /// <summary>Plan by which logits become masks of the image's size.</summary>
    internal ResamplingPlan Plan { get; }

    /// <summary>One channel of a grid row's image tokens, [64]; tokens of cells that look alike are alike.</summary>
    internal abstract ReadOnlySpan<float> TokensOf(int row, int channel);
}
