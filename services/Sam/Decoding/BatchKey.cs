using Segmentation.Masks;
using Segmentation.Sam.Prompts;

namespace Segmentation.Sam.Decoding;

/// <summary>Properties that prompts must share to be decoded in one run.</summary>
/// <param name="Tokens">Points a prompt, padding and box corners included.</param>
/// <param name="IsMultimask">True for output tokens 1 to 3, false for token 0.</param>
/// <param name="MaskPrompt">
/// Number that only this prompt has, if it has a mask: the mask changes the image for this prompt.
/// </param>
internal readonly record struct BatchKey(int Tokens, bool IsMultimask, int? MaskPrompt)
{
    /// <summary>Returns the key of a prompt.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="index">Its index among the prompts.</param>
    /// <param name="maskCount">Number of masks.</param>
    /// <param name="order">The model's order of points.</param>
    public static BatchKey Of(Prompt prompt, int index, MaskCount maskCount, PromptOrder order) => new(
        DecodeBatch.TokenCount(prompt, order),
        maskCount switch
        {
            MaskCount.One => false,
            MaskCount.Three => true,
            _ => prompt.IsAmbiguous,
        },
        prompt.MaskLogits is null ? null : index);
}
