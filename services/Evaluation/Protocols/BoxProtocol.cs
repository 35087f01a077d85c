using Segmentation.Evaluation.Data;
using Segmentation.Evaluation.Geometry;
using Segmentation.Evaluation.Prompting;
using Segmentation.Evaluation.Results;

namespace Segmentation.Evaluation.Protocols;

/// <summary>A box around each object, exact or noisy; the answer is one mask.</summary>
internal static class BoxProtocol
{
    /// <summary>Prompts with the box of each mask.</summary>
    /// <param name="predictor">The model.</param>
    /// <param name="picture">Name of the picture.</param>
    /// <param name="masks">The masks with their numbers in the picture.</param>
    /// <param name="noiseSeed">Seed of the noise; null: exact boxes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<IReadOnlyList<BoxOutcome>> RunAsync(
        IMaskPredictor predictor,
        string picture,
        IReadOnlyList<(int Index, TrueMask Item)> masks,
        long? noiseSeed,
        CancellationToken cancellationToken)
    {
        var boxes = masks.Select(mask => noiseSeed is { } seed
            ? BoxSampler.Noisy(mask.Item.Mask, new SeededRandom(seed, picture, mask.Index))
            : BoxSampler.Exact(mask.Item.Mask)).ToList();
        var answers = await predictor
            .PredictAsync([.. boxes.Select(box => new ObjectPrompt([], box))], keepsLogits: false, cancellationToken)
            .ConfigureAwait(false);
        return [.. masks.Select((mask, at) =>
        {
            var best = answers[at][0];
            return new BoxOutcome(
                boxes[at],
                mask.Item.Mask.IoU(best.Mask),
                best.PredictedIou,
                BoundaryBand.IoU(mask.Item.Mask, best.Mask),
                best.Mask.ToCocoString());
        })];
    }
}
