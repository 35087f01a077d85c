using Segmentation.ModelBuilder.Weights;

namespace Segmentation.ModelBuilder.Decoder;

/// <summary>All weights of a published prompt encoder and mask decoder. C is the width, 256 in every SAM.</summary>
internal sealed record PublishedDecoderWeights
{
    /// <summary>[2, C/2], the random frequencies of the positional encoding.</summary>
    public required Tensor Frequencies { get; init; }

    /// <summary>[5, C]: padding, background, foreground, first and second box corner (label + 1).</summary>
    public required Tensor PointEmbeddings { get; init; }

    /// <summary>[C], the dense prompt where no mask is given.</summary>
    public required Tensor NoMask { get; init; }

    /// <summary>
    /// [5, C]: the score token, then four mask tokens. In SAM 2 [6, C]: the object score's token stands first.
    /// </summary>
    public required Tensor OutputTokens { get; init; }

    public required MaskDownscaling MaskDownscaling { get; init; }

    public required IReadOnlyList<TwoWayAttentionBlockWeights> Layers { get; init; }

    public required Attention FinalAttention { get; init; }

    public required Norm NormFinal { get; init; }

    /// <summary>[C, C/4, 2, 2] transposed convolution of stride 2, and its bias [C/4].</summary>
    public required LinearGraph Upscale0 { get; init; }

    public required Norm UpscaleNorm { get; init; }

    /// <summary>[C/4, C/8, 2, 2] transposed convolution of stride 2, and its bias [C/8].</summary>
    public required LinearGraph Upscale1 { get; init; }

    /// <summary>Three linear layers each: the score head, then one hypernetwork a mask token.</summary>
    public required IReadOnlyList<LinearGraph[]> Heads { get; init; }

    /// <summary>
    /// Three linear layers that give the logit of the object being there; SAM 2 alone has them. Zeros where the
    /// published graph does not compute that logit.
    /// </summary>
    public LinearGraph[]? ObjectScoreHead { get; init; }

    /// <summary>True for SAM 2's decoder, false for SAM 1's.</summary>
    public bool IsSam2 => ObjectScoreHead is not null;

    /// <summary>
    /// Mask tokens whose hypernetwork is in the file, ascending; those of others are zeros, and their masks mean
    /// nothing.
    /// </summary>
    public IReadOnlyList<int> Tokens { get; init; } = [0, 1, 2, 3];

    /// <summary>True if the embeddings of box corners are in the file; else they are zeros.</summary>
    public bool HasCorners { get; init; } = true;

    /// <summary>True if <see cref="MaskDownscaling"/> is in the file; else its weights are zeros.</summary>
    public bool HasMaskPrompt { get; init; } = true;

    /// <summary>C.</summary>
    public int Width => OutputTokens.Columns;
}
