namespace Segmentation.ModelBuilder.Decoder;

/// <summary>Weights of a reference <c>TwoWayAttentionBlock</c> (modeling/transformer.py).</summary>
internal sealed record TwoWayLayer(
    Attention SelfAttention,
    Norm AfterSelfAttention,
    Attention TokenToImage,
    Norm AfterTokenToImage,
    Linear MlpIn,
    Linear MlpOut,
    Norm AfterMlp,
    Attention ImageToToken,
    Norm AfterImageToToken);
