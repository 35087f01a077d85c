namespace Segmentation.Sam;

/// <summary>Paths of a model's four graphs; docs/model.md says what each takes and gives.</summary>
/// <param name="Encoder">Pixels to embedding.</param>
/// <param name="Image">Embedding to what prompts of an image share.</param>
/// <param name="Mask">The same with a mask prompt in it.</param>
/// <param name="Decode">Points and boxes to logits and predicted IoU.</param>
public sealed record ModelGraphs(string Encoder, string Image, string Mask, string Decode);
