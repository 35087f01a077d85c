using Segmentation.Embeddings;
using Segmentation.Grains;
using Segmentation.Masks;

namespace Segmentation.Decoder.Scheduling;

/// <summary>Estimates work beforehand, in plain clicks: one point, run lengths, an image of a few megapixels.</summary>
internal static class PromptCost
{
    /// <summary>
    /// Work of more than this is not done between two rows of other work, since it would itself be what others wait
    /// for.
    /// </summary>
    public const double LongestUrgent = 1.5;

    /// <summary>Preparing an image.</summary>
    public const double Prepare = 1;

    // Measured: 8 points take 1.4 of one's time, 64 take 5.3.
    private const double Point = 0.07;
    private const double Mask = 0.04 / 1e8;
    private const double Png = 1 / 1e8;
    // A few hundredths for an object's outline, and more for noise, which a mask prompt may bring.
    private const double Polygons = 0.5 / 1e8;
    private const int AmbiguousMasks = 3;

    /// <summary>Estimates the cost of prompts.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="request">What to make of it.</param>
    /// <param name="image">Its image.</param>
    public static double Of(PromptData prompt, DecodeRequest request, EmbeddingInfo image)
    {
        var pixels = (double)image.Width * image.Height;
        var forms = Mask
            + (request.Forms.HasFlag(MaskForms.Png) ? Png : 0)
            + (request.Forms.HasFlag(MaskForms.Polygons) ? Polygons : 0);
        var masks = request.MaskCount == MaskCount.One ? 1 : AmbiguousMasks;
        return 1 + Math.Max(0, prompt.Points.Length - 1) * Point + masks * forms * pixels;
    }
}
