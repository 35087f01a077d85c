using Segmentation.Masks;
using Segmentation.Sam.Prompts;

namespace Segmentation.Sam.Decoding;

/// <summary>Properties that prompts must share to be decoded in one run.</summary>
/// <param name="Tokens">Points a prompt, padding and box corners included.</param>
/// <param name="IsMultimask">True for three masks, false for one.</param>
/// <param name="MaskPrompt">
/// Number that only this prompt has, if it has a mask: the mask changes the image for this prompt.
/// </param>
/// <param name="HasBoxApart">True if the prompt has a box, and the decoder an input for boxes.</param>
internal readonly record struct BatchKey(int Tokens, bool IsMultimask, int? MaskPrompt, bool HasBoxApart)
{
    /// <summary>Returns the key of a prompt.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="index">Its index among the prompts.</param>
    /// <param name="maskCount">Number of masks.</param>
    /// <param name="form">Form in which the decoder takes prompts.</param>
    public static BatchKey Of(Prompt prompt, int index, MaskCount maskCount, PromptForm form) => new(
        form.PointsOf(prompt),
        maskCount switch
        {
            MaskCount.One => false,
            MaskCount.Three => true,
            _ => prompt.IsAmbiguous,
        },
        prompt.MaskLogits is null ? null : index,
        form.TakesBoxApart && prompt.Box is not null);
}
