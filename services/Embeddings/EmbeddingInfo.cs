namespace Segmentation.Embeddings;

/// <summary>Description of an image besides its embedding; stored in the embedding's header.</summary>
/// <param name="Width">Width of the upright image in pixels.</param>
/// <param name="Height">Height of the upright image in pixels.</param>
/// <param name="SizeBytes">Size of the file as uploaded.</param>
/// <param name="MediaType">What the file is, for example <c>image/jpeg</c>; at most 63 ASCII characters.</param>
public sealed record EmbeddingInfo(int Width, int Height, long SizeBytes, string MediaType);
