using Segmentation.Evaluation.Data;
using Segmentation.Evaluation.Results;
using Segmentation.Masks.Everything;

namespace Segmentation.Evaluation.Protocols;

/// <summary>Measures a model on one picture after the other.</summary>
/// <param name="predictor">Answers prompts; null where no protocol has them.</param>
/// <param name="settings">What is measured.</param>
/// <param name="finder">Finds everything; null where no protocol needs it.</param>
public sealed class PictureEvaluator(
    IMaskPredictor? predictor, ProtocolSettings settings, IMaskFinder? finder = null)
{
    // Bounds the logits that are held: a quarter of a megabyte an object.
    private const int MostAtOnce = 128;

    /// <summary>Measures all masks of a picture.</summary>
    /// <param name="picture">The picture and its true masks.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EvaluationDataException">The masks are of another size than the picture.</exception>
    public async Task<IReadOnlyList<MaskRecord>> EvaluateAsync(
        TruePicture picture, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(picture);
        if (settings.HasPrompts)
        {
            var (width, height) = await predictor!.OpenAsync(picture.File, cancellationToken).ConfigureAwait(false);
            ThrowIfOtherSize(picture, width, height);
        }

        var auto = await RunAsync(EvaluationProtocol.Auto, () => FindAsync(
            picture, settings.Auto, cancellationToken)).ConfigureAwait(false);
        var proposals = await RunAsync(EvaluationProtocol.Proposals, () => FindAsync(
            picture, settings.Proposals, cancellationToken)).ConfigureAwait(false);
        var records = new List<MaskRecord>();
        foreach (var masks in picture.Masks.Index().Chunk(MostAtOnce))
        {
            var clicks = await RunAsync(EvaluationProtocol.Clicks, () => ClickProtocol.RunAsync(
                predictor!, picture.Name, masks, settings, cancellationToken)).ConfigureAwait(false);
            var boxes = await RunAsync(EvaluationProtocol.Box, () => BoxProtocol.RunAsync(
                predictor!, picture.Name, masks, noiseSeed: null, cancellationToken)).ConfigureAwait(false);
            var noisy = await RunAsync(EvaluationProtocol.NoisyBox, () => BoxProtocol.RunAsync(
                predictor!, picture.Name, masks, settings.Seed, cancellationToken)).ConfigureAwait(false);
            records.AddRange(masks.Select((mask, at) => new MaskRecord
            {
                Picture = picture.Name,
                Index = mask.Index,
                Mask = mask.Item.Id,
                Label = mask.Item.Label,
                Area = mask.Item.Mask.Area,
                Extent = mask.Item.Mask.Box,
                Clicks = clicks?[at],
                Box = boxes?[at],
                NoisyBox = noisy?[at],
                Auto = auto?[mask.Index],
                Proposals = proposals?[mask.Index],
            }));
        }

        return records;
    }

    private static void ThrowIfOtherSize(TruePicture picture, int width, int height)
    {
        if (picture.Masks.FirstOrDefault(mask => mask.Mask.Width != width || mask.Mask.Height != height) is { } other)
        {
            throw new EvaluationDataException(
                $"{picture.Name} is {width} x {height}, but its mask {other.Id} is for {other.Mask.Width} x "
                    + $"{other.Mask.Height}. Give the picture that the masks were made on.");
        }
    }

    private async Task<IReadOnlyList<FoundOutcome>> FindAsync(
        TruePicture picture, EverythingOptions options, CancellationToken cancellationToken)
    {
        var (width, height, masks) = await finder!.FindAsync(picture.File, options, cancellationToken).ConfigureAwait(false);
        ThrowIfOtherSize(picture, width, height);
        return FindProtocol.Compare(masks, picture.Masks, width, height, cancellationToken);
    }

    private async Task<T?> RunAsync<T>(EvaluationProtocol protocol, Func<Task<T>> run)
        where T : class =>
        settings.Protocols.Contains(protocol) ? await run().ConfigureAwait(false) : null;
}
