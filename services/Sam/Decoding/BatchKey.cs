using Segmentation.Sam.Masks;
using Segmentation.Sam.Prompts;

namespace Segmentation.Sam.Decoding;

/// <summary>What prompts must have in common to be decoded in one run.</summary>
/// <param name="Tokens">Points a prompt, padding and box corners included.</param>
/// <param name="IsMultimask">Output tokens 1 to 3, or token 0.</param>
/// <param name="MaskPrompt">A number of its own for a prompt with a mask: it needs an image side of its own.</param>
internal readonly record struct BatchKey(int Tokens, bool IsMultimask, int? MaskPrompt)
{
    public static BatchKey Of(Prompt prompt, int index, SegmentOptions options) => new(
        DecodeBatch.TokenCount(prompt),
        options.MaskCount switch
        {
            MaskCount.One => false,
            MaskCount.Three => true,
            _ => prompt.IsAmbiguous,
        },
        prompt.MaskLogits is null ? null : index);
}
