namespace Segmentation.Embeddings.Storage;

/// <summary>The values that a store keeps for an embedding.</summary>
/// <param name="First">Header and first tensor.</param>
/// <param name="Others">The other tensors; null where the model has one.</param>
public sealed record StoredEmbedding(byte[] First, byte[]? Others);
