namespace Segmentation.ModelBuilder.Decoder;

/// <summary>Weights of a reference <c>TwoWayAttentionBlock</c> (modeling/transformer.py).</summary>
internal sealed record TwoWayAttentionBlockWeights(
    Attention SelfAttention,
    Norm Norm1,
    Attention TokenToImage,
    Norm Norm2,
    LinearGraph MlpLin1,
    LinearGraph MlpLin2,
    Norm Norm3,
    Attention ImageToToken,
    Norm Norm4);
