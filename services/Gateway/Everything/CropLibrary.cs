using Segmentation.Embeddings;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Images;
using Segmentation.Masks.Everything;

namespace Segmentation.Gateway.Everything;

/// <summary>
/// The embeddings of a search's crops. A crop is encoded like an image and held under a key of its own, so the next
/// search finds it, also one that sends only the image's id.
/// </summary>
internal sealed class CropLibrary(ImageLibrary library, HotImages hot, TimeProvider clock)
{
    /// <summary>How often a full or absent encoder is asked again for a crop of a search that is under way.</summary>
    private const int Attempts = 10;

    /// <summary>Makes the image of a search known; its embedding is held afterwards.</summary>
    public async Task<Outcome<StoredImage>> OpenAsync(SearchOrder order, CancellationToken cancellationToken) =>
        order.File is { } file
            ? await library.ImportAsync(order.Key.Tenant, file, "image_data", again: false, cancellationToken)
            : await library.GetAsync(order.Key, ImageLibrary.InlineRemedy, cancellationToken);

    /// <summary>Null when every crop is held; else why the search cannot be done without the image's bytes.</summary>
    public async Task<RpcStatus?> CheckAsync(
        SearchOrder order, EverythingPlan plan, CancellationToken cancellationToken)
    {
        foreach (var crop in plan.Crops)
        {
            if (crop.Layer > 0 && !await IsHeldAsync(order, crop, cancellationToken))
            {
                return BytesNeeded(order, plan);
            }
        }

        return null;
    }

    /// <summary>The key under which a crop's embedding is held.</summary>
    public static EmbeddingKey KeyOf(SearchOrder order, EverythingCrop crop) =>
        crop.Layer == 0 ? order.Key : order.Key.OfCrop(ToCrop(crop));

    /// <summary>Sees to it that a crop's embedding is held. A problem says why it is not.</summary>
    /// <param name="order">The search.</param>
    /// <param name="plan">Its plan.</param>
    /// <param name="crop">The crop.</param>
    /// <param name="again">No silo could get at it: it is taken to them from the store, or encoded.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<RpcStatus?> EnsureAsync(
        SearchOrder order, EverythingPlan plan, EverythingCrop crop, bool again, CancellationToken cancellationToken)
    {
        if (!again && (crop.Layer == 0 || await IsHeldAsync(order, crop, cancellationToken)))
        {
            return null;
        }

        if (again && await hot.LendAsync(KeyOf(order, crop), cancellationToken))
        {
            return null;
        }

        if (order.File is not { } file)
        {
            return crop.Layer == 0
                ? Problem.ImageNotFound(ImageId.Of(order.Key.ImageSha256), ImageLibrary.InlineRemedy)
                : BytesNeeded(order, plan);
        }

        for (var attempt = 1; ; attempt++)
        {
            var encoded = crop.Layer == 0
                ? await library.EncodeAsync(order.Key, file, "image_data", cancellationToken)
                : await library.EncodeCropAsync(order.Key, ToCrop(crop), file, "image_data", cancellationToken);
            if (encoded.Problem is not { } problem)
            {
                return null;
            }

            if (Problem.RetryAfter(problem) is not { } wait || attempt == Attempts)
            {
                return problem;
            }

            await Task.Delay(wait, clock, cancellationToken);
        }
    }

    private async Task<bool> IsHeldAsync(SearchOrder order, EverythingCrop crop, CancellationToken cancellationToken) =>
        (await library.GetAsync(KeyOf(order, crop), ImageLibrary.InlineRemedy, cancellationToken)).TryGet(out _, out _);

    private static ImageCrop ToCrop(EverythingCrop crop) =>
        new(crop.Box.X, crop.Box.Y, crop.Box.Width, crop.Box.Height);

    private static RpcStatus BytesNeeded(SearchOrder order, EverythingPlan plan) => Problem.Of(
        StatusCode.FailedPrecondition,
        "CROPS_NEED_IMAGE_DATA",
        $"options.crop_n_layers is {plan.Options.CropNLayers}: {plan.Crops.Count - 1} crops of image "
            + $"{ImageId.Of(order.Key.ImageSha256)} are to be encoded, and an image's bytes are not kept. Send "
            + "image_data instead of image_id.");
}
