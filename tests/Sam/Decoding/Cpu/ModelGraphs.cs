namespace Segmentation.Sam.Tests.Decoding.Cpu;

/// <summary>Paths of a model's four graphs; docs/model.md lists their inputs and outputs.</summary>
/// <param name="Encoder">Pixels to embedding.</param>
/// <param name="Image">Embedding to the tensors that all prompts on an image share.</param>
/// <param name="Mask">Those tensors and a mask prompt to the tensors for that prompt.</param>
/// <param name="Decode">Points and boxes to logits and predicted IoU.</param>
internal sealed record ModelGraphs(string Encoder, string Image, string Mask, string Decode);
