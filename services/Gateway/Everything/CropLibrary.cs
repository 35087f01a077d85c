using Segmentation.Embeddings;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Images;
using Segmentation.Masks.Everything;

namespace Segmentation.Gateway.Everything;

/// <summary>
/// Embeddings of a search's crops. A crop is encoded like an image and stored under a key of its own, so a later search
/// finds it, even one that sends only the image's id.
/// </summary>
internal sealed class CropLibrary(ImageLibrary library, SiloImageClient hot, TimeProvider clock)
{
    /// <summary>Attempts to have a crop encoded while encoders are full or absent.</summary>
    private const int Attempts = 10;

    /// <summary>
    /// Opens the image of a search; its embedding is stored afterwards. With the image's bytes, all work of the search
    /// is charged.
    /// </summary>
    public async Task<Outcome<StoredImage>> OpenAsync(SearchRequest request, CancellationToken cancellationToken) =>
        request.File is { } file
            ? await library.ImportAsync(
                request.Caller, request.Source, file, "image_data", request.Work, cancellationToken)
            : await library.GetAsync([request.Source], ImageLibrary.InlineRemedy, cancellationToken);

    /// <summary>Checks that every crop is stored, for a search without the image's bytes.</summary>
    /// <returns>Null, or the error that asks for the bytes.</returns>
    public async Task<RpcStatus?> CheckAsync(
        SearchRequest request, EverythingPlan plan, CancellationToken cancellationToken)
    {
        foreach (var crop in plan.Crops)
        {
            if (crop.Layer > 0 && !await IsStoredAsync(request, crop, cancellationToken))
            {
                return BytesNeeded(request, plan);
            }
        }

        return null;
    }

    /// <summary>Returns the key of a crop's embedding.</summary>
    public static EmbeddingKey KeyOf(SearchRequest request, EverythingCrop crop) =>
        crop.Layer == 0 ? request.Key : request.Key.OfCrop(ToCrop(crop));

    /// <summary>Ensures that a crop's embedding is stored, and encodes the crop if need be.</summary>
    /// <param name="request">The request of the search.</param>
    /// <param name="plan">Its plan.</param>
    /// <param name="crop">The crop.</param>
    /// <param name="again">
    /// True after no silo could get the embedding: it is sent to them from the store, or the crop is encoded anew.
    /// </param>
    /// <param name="cancellationToken">Ends the attempts.</param>
    /// <returns>Whether the crop was encoded, or the error.</returns>
    public async Task<(bool IsEncoded, RpcStatus? Problem)> EnsureAsync(
        SearchRequest request,
        EverythingPlan plan,
        EverythingCrop crop,
        bool again,
        CancellationToken cancellationToken)
    {
        if (!again && (crop.Layer == 0 || await IsStoredAsync(request, crop, cancellationToken)))
        {
            return (false, null);
        }

        if (again && (await hot.PushFromStoreAsync(KeyOf(request, crop), cancellationToken)).IsPushed)
        {
            return (false, null);
        }

        if (request.File is not { } file)
        {
            return (false, crop.Layer == 0
                ? Problem.ImageNotFound(ImageId.Of(request.Key.ImageSha256), ImageLibrary.InlineRemedy)
                : BytesNeeded(request, plan));
        }

        for (var attempt = 1; ; attempt++)
        {
            var encoded = crop.Layer == 0
                ? await library.EncodeAsync(request.Caller, request.Source, file, "image_data", cancellationToken)
                : await library.EncodeCropAsync(request.Source, ToCrop(crop), file, "image_data", cancellationToken);
            if (encoded.Problem is not { } problem)
            {
                return (true, null);
            }

            if (Problem.RetryAfter(problem) is not { } wait || attempt == Attempts)
            {
                return (false, problem);
            }

            await Task.Delay(wait, clock, cancellationToken);
        }
    }

    private async Task<bool> IsStoredAsync(
        SearchRequest request, EverythingCrop crop, CancellationToken cancellationToken)
    {
        var key = crop.Layer == 0 ? request.Source : request.Source.OfCrop(ToCrop(crop));
        var stored = await library.GetAsync([key], ImageLibrary.InlineRemedy, cancellationToken);
        return stored.TryGet(out _, out _);
    }

    private static ImageCrop ToCrop(EverythingCrop crop) =>
        new(crop.Box.X, crop.Box.Y, crop.Box.Width, crop.Box.Height);

    private static RpcStatus BytesNeeded(SearchRequest request, EverythingPlan plan) => Problem.Of(
        StatusCode.FailedPrecondition,
        "CROPS_NEED_IMAGE_DATA",
        $"options.crop_n_layers is {plan.Options.CropNLayers}: {plan.Crops.Count - 1} crops of image "
            + $"{ImageId.Of(request.Key.ImageSha256)} are to be encoded, and an image's bytes are not kept. Send "
            + "image_data instead of image_id.");
}
