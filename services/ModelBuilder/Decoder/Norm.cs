using Segmentation.ModelBuilder.Weights;

namespace Segmentation.ModelBuilder.Decoder;

/// <summary>Scale and bias of a LayerNorm.</summary>
internal sealed record Norm(Tensor Scale, Tensor Bias);
