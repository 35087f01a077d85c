using Segmentation.Evaluation.Data;
using Segmentation.Evaluation.Results;

namespace Segmentation.Evaluation.Protocols;

/// <summary>Measures a model on one picture after the other.</summary>
/// <param name="predictor">The model.</param>
/// <param name="settings">What is measured.</param>
public sealed class PictureEvaluator(IMaskPredictor predictor, ProtocolSettings settings)
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
        var (width, height) = await predictor.OpenAsync(picture.File, cancellationToken).ConfigureAwait(false);
        if (picture.Masks.FirstOrDefault(mask => mask.Mask.Width != width || mask.Mask.Height != height) is { } other)
        {
            throw new EvaluationDataException(
                $"{picture.Name} is {width} x {height}, but its mask {other.Id} is for {other.Mask.Width} x "
                    + $"{other.Mask.Height}. Give the picture that the masks were made on.");
        }

        var records = new List<MaskRecord>();
        foreach (var masks in picture.Masks.Index().Chunk(MostAtOnce))
        {
            var clicks = await RunAsync(EvaluationProtocol.Clicks, () => ClickProtocol.RunAsync(
                predictor, picture.Name, masks, settings, cancellationToken)).ConfigureAwait(false);
            var boxes = await RunAsync(EvaluationProtocol.Box, () => BoxProtocol.RunAsync(
                predictor, picture.Name, masks, noiseSeed: null, cancellationToken)).ConfigureAwait(false);
            var noisy = await RunAsync(EvaluationProtocol.NoisyBox, () => BoxProtocol.RunAsync(
                predictor, picture.Name, masks, settings.Seed, cancellationToken)).ConfigureAwait(false);
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
            }));
        }

        return records;
    }

    private async Task<T?> RunAsync<T>(EvaluationProtocol protocol, Func<Task<T>> run)
        where T : class =>
        settings.Protocols.Contains(protocol) ? await run().ConfigureAwait(false) : null;
}
