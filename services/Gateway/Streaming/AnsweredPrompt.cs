using Segmentation.Grains;
using Segmentation.Masks;

namespace Segmentation.Gateway.Streaming;

/// <summary>A prompt as it was decoded, kept so that its masks can be made again.</summary>
/// <param name="Prompt">The prompt, with the id of the mask it was refined from.</param>
/// <param name="MaskCount">How many masks were asked for.</param>
/// <param name="MaskIds">The masks it gave, best first.</param>
/// <param name="Depth">Length of the chain of prompts that must be repeated to make them, itself included.</param>
internal sealed record AnsweredPrompt(PromptData Prompt, MaskCount MaskCount, string[] MaskIds, int Depth)
{
    /// <summary>Bytes held, roughly: what bounds a session's memory.</summary>
    public int Bytes => 512 + (12 * Prompt.Points.Length) + (Prompt.MaskLogits?.Length ?? 0);
}
