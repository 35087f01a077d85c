using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Image;

/// <summary>
/// The image side of the two-way transformer for a batch of prompts: it holds each prompt's image tokens x0, x1, x2
/// (the reference's <c>keys</c>) in dense or factored form. Calls come in the order of the reference: to tokens in
/// layer 0, to image in layer 0, to tokens in layer 1, to image in layer 1, to tokens in the final attention (layer 2).
/// </summary>
/// <remarks>
/// An implementation may postpone the work of <see cref="AttendImageToTokens"/> to the next
/// <see cref="AttendTokensToImage"/>: a grid row that has attended to the tokens is read again while it is in the
/// caches.
/// </remarks>
internal unsafe interface IImageSide
{
    /// <summary>
    /// Prompt tokens attend to the image tokens of a layer: <c>cross_attn_token_to_image</c> of layers 0 and 1, to x0
    /// and x1, and <c>final_attn_token_to_image</c> as layer 2, to x2.
    /// </summary>
    /// <param name="layer">0, 1, or 2 for the final attention.</param>
    /// <param name="queries">Tokens with positional encoding, [prompts T, C].</param>
    /// <returns>The attention's output, [prompts T, C].</returns>
    Matrix AttendTokensToImage(int layer, Matrix queries);

    /// <summary>
    /// Image tokens attend to prompt tokens, with residual and <c>norm4</c>: x0 becomes x1 in layer 0, and x1 becomes
    /// x2 in layer 1.
    /// </summary>
    /// <param name="layer">0 or 1.</param>
    /// <param name="keys">Tokens with positional encoding, [prompts T, C].</param>
    /// <param name="values">Tokens, [prompts T, C].</param>
    void AttendImageToTokens(int layer, Matrix keys, Matrix values);

    /// <summary>
    /// Applies the first transposed convolution of <c>output_upscaling</c> to some columns of a row of x2.
    /// </summary>
    /// <param name="prompt">Index of the prompt.</param>
    /// <param name="row">Grid row.</param>
    /// <param name="column">First column.</param>
    /// <param name="width">Columns, whole vectors.</param>
    /// <param name="features">Receives [features, width].</param>
    void SetUpscaledFeatures(int prompt, int row, int column, int width, float* features);
}
