using Segmentation.ModelBuilder.Weights;

namespace Segmentation.ModelBuilder.Decoder;

/// <summary>Weights of the reference's <c>mask_downscaling</c> (modeling/prompt_encoder.py).</summary>
/// <param name="Conv0">[4, 1, 2, 2], stride 2.</param>
/// <param name="Bias0">[4].</param>
/// <param name="Norm0">LayerNorm2d over 4 channels.</param>
/// <param name="Conv1">[16, 4, 2, 2], stride 2.</param>
/// <param name="Bias1">[16].</param>
/// <param name="Norm1">LayerNorm2d over 16 channels.</param>
/// <param name="Out">The 1x1 convolution, [16, C].</param>
internal sealed record MaskDownscaling(
    Tensor Conv0, Tensor Bias0, Norm Norm0, Tensor Conv1, Tensor Bias1, Norm Norm1, LinearGraph Out);
