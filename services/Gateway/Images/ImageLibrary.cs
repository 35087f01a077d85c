using Segmentation.Embeddings;
using Segmentation.Gateway.Choosing;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Quotas;
using Segmentation.Gateway.Receiving;

namespace Segmentation.Gateway.Images;

/// <summary>Finds images by id and makes embeddings of bytes; the store is always asked before the encoder.</summary>
internal sealed class ImageLibrary(
    IEmbeddingStore store,
    IImageEncoder encoder,
    SiloImageClient silos,
    ModelDirectory models,
    UploadBudget budget,
    WorkMeter meter,
    AuditLog audit,
    TimeProvider clock)
{
    /// <summary>Advice for an image that is not stored, where a request may carry its bytes.</summary>
    public const string InlineRemedy = "Upload it with UploadImage, or send image_data instead of image_id.";

    /// <summary>Time in which all connections to the store come back, one after the other, once it is back.</summary>
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// The keys under which a tenant's image may be held for a request: more than one while a model is rolled out.
    /// </summary>
    /// <param name="tenant">A valid tenant.</param>
    /// <param name="model">The model as the client wrote it; empty for the default.</param>
    /// <param name="imageId">The id as the client wrote it.</param>
    /// <param name="fields">Names of the two in the request, for violations.</param>
    public Outcome<ImageKey[]> KeysOf(string tenant, string model, string imageId, ImageFields fields)
    {
        if (ImageId.Sha256Of(imageId) is not { } sha256)
        {
            return Problem.Invalid(
                fields.Id, $"{ClientText.Quote(imageId)} is no image id: expected {ImageId.Form}.");
        }

        return models.Choose(model, tenant, fields.Model).TryGet(out var route, out var unknown)
            ? KeysOf(tenant, route, sha256)
            : unknown;
    }

    /// <summary>The keys under which a tenant's image may be held, best first.</summary>
    public static ImageKey[] KeysOf(string tenant, ModelRoute route, string sha256) =>
        [.. route.InOrder(sha256).Select(model => ImageKey.Of(tenant, model, sha256))];

    /// <summary>The key of a tenant's image for each model that is served.</summary>
    public ImageKey[] AllKeysOf(string tenant, string sha256) =>
        [.. models.All.Select(model => ImageKey.Of(tenant, model, sha256))];

    /// <summary>The image under a key; null when no embedding is held.</summary>
    public async ValueTask<StoredImage?> FindAsync(ImageKey key, CancellationToken cancellationToken) =>
        await store.GetInfoAsync(key.Embedding, cancellationToken) is { } info
            ? new StoredImage(key, info, TimeSpan.Zero)
            : null;

    /// <summary>The first of some keys under which an embedding is held; the very first when none is.</summary>
    public async ValueTask<ImageKey> FirstHeldAsync(IReadOnlyList<ImageKey> keys, CancellationToken cancellationToken)
    {
        for (var i = 0; keys.Count > 1 && i < keys.Count; i++)
        {
            if (await FindAsync(keys[i], cancellationToken) is not null)
            {
                return keys[i];
            }
        }

        return keys[0];
    }

    /// <summary>
    /// The image under the first of some keys that holds one, or NOT_FOUND with what to do. An image that the store
    /// lost, or that never came there because the store was away, is found as long as a silo holds it.
    /// </summary>
    public async ValueTask<Outcome<StoredImage>> GetAsync(
        IReadOnlyList<ImageKey> keys, string remedy, CancellationToken cancellationToken)
    {
        for (var start = clock.GetTimestamp(); ;)
        {
            var isKnown = true;
            foreach (var key in keys)
            {
                if (await FindAsync(key, cancellationToken) is { } stored)
                {
                    return stored;
                }

                // A store that does not answer may hold the embedding all the same: another process may have reached
                // the store.
                isKnown &= store.IsAvailable;
            }

            foreach (var key in keys)
            {
                var held = await silos.FindAsync(key.Embedding, cancellationToken);
                if (held is null && !isKnown)
                {
                    held = await silos.LoadAsync(key.Embedding, cancellationToken);
                }

                if (held is { } info)
                {
                    return new StoredImage(key, info, TimeSpan.Zero);
                }
            }

            if (isKnown || clock.GetElapsedTime(start) >= _timeout)
            {
                return await NotFoundAsync(keys[0], remedy, cancellationToken);
            }

            await Task.Delay(_pause, clock, cancellationToken);
        }
    }

    /// <summary>
    /// NOT_FOUND for an image that is not held for a model. The message names models for which the image is held.
    /// </summary>
    public async ValueTask<RpcStatus> NotFoundAsync(ImageKey key, string remedy, CancellationToken cancellationToken)
    {
        var id = ImageId.Of(key.Sha256);
        var others = new List<string>();
        foreach (var other in AllKeysOf(key.Embedding.Tenant, key.Sha256))
        {
            if (other.Embedding != key.Embedding && await FindAsync(other, cancellationToken) is not null)
            {
                others.Add(other.Model.Id);
            }
        }

        return others.Count == 0
            ? Problem.ImageNotFound(id, remedy)
            : Problem.ImageOfOtherModel(id, key.Model.Id, others, remedy);
    }

    /// <summary>
    /// Makes sure that the embedding of bytes inside a request is held. The bytes are charged to the request. An image
    /// that is not held is charged together with the work that is to be done on it, so that it is not encoded for a
    /// request which is refused afterwards.
    /// </summary>
    /// <param name="caller">Who brings the image.</param>
    /// <param name="key">The image and its model; the hash is that of <paramref name="file"/>.</param>
    /// <param name="file">The image file.</param>
    /// <param name="field">The field the bytes came in, for violations.</param>
    /// <param name="work">Further work of the request; charged, unless there is a problem.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<Outcome<StoredImage>> ImportAsync(
        Caller caller,
        ImageKey key,
        ReadOnlyMemory<byte> file,
        string field,
        Work work,
        CancellationToken cancellationToken)
    {
        if (file.Length > budget.MaxImageBytes)
        {
            return budget.TooLarge(field, file.Length);
        }

        if (await FindAsync(key, cancellationToken) is not { } held)
        {
            return await EncodeNewAsync(caller, key, file, field, work, cancellationToken);
        }

        return meter.Charge(caller, work) is { } refused ? refused : held;
    }

    /// <summary>Charges an image that is not held and other work, and has the image encoded.</summary>
    /// <param name="caller">Who brings the image.</param>
    /// <param name="key">Key of the embedding; its hash is that of <paramref name="file"/>.</param>
    /// <param name="file">The image file.</param>
    /// <param name="field">The field the bytes came in, for violations.</param>
    /// <param name="work">Further work of the request.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<Outcome<StoredImage>> EncodeNewAsync(
        Caller caller,
        ImageKey key,
        ReadOnlyMemory<byte> file,
        string field,
        Work work,
        CancellationToken cancellationToken)
    {
        var all = work with { Images = work.Images + 1, Model = key.Model.Id };
        if (meter.Charge(caller, all) is { } refused)
        {
            return refused;
        }

        var encoded = await EncodeAsync(caller, key, file, field, cancellationToken);
        if (!encoded.TryGet(out var image, out var problem))
        {
            meter.GiveBackUndone(caller, all, problem);
        }
        else if (image.EncodeTime == TimeSpan.Zero)
        {
            // Somebody else had it encoded meanwhile.
            meter.GiveBack(caller, Work.Image with { Model = key.Model.Id });
        }

        return encoded;
    }

    /// <summary>
    /// Has the encoder make and store an embedding; one that cannot be stored goes to a silo. Charges nothing: an
    /// embedding that was lost is made again for free.
    /// </summary>
    /// <param name="caller">Who brings the image.</param>
    /// <param name="key">Key of the embedding; its hash is that of <paramref name="file"/>.</param>
    /// <param name="file">The image file.</param>
    /// <param name="field">The field the bytes came in, for violations.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<Outcome<StoredImage>> EncodeAsync(
        Caller caller, ImageKey key, ReadOnlyMemory<byte> file, string field, CancellationToken cancellationToken)
    {
        var reply = await encoder.EncodeAsync(key.Embedding, file, cancellationToken);
        var stored = await EnsureStoredAsync(key, reply, field, cancellationToken);
        audit.Write(caller, AuditLog.Upload, ImageId.Of(key.Sha256), stored.Problem);
        return stored;
    }

    /// <summary>Has the encoder make and store the embedding of a part of an image, at batch priority.</summary>
    /// <param name="image">Key of the whole image; its hash is that of <paramref name="file"/>.</param>
    /// <param name="crop">The part; it lies inside of the image.</param>
    /// <param name="file">The image file.</param>
    /// <param name="field">The field the bytes came in, for violations.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<Outcome<StoredImage>> EncodeCropAsync(
        ImageKey image,
        ImageCrop crop,
        ReadOnlyMemory<byte> file,
        string field,
        CancellationToken cancellationToken)
    {
        var reply = await encoder.EncodeCropAsync(image.Embedding, crop, file, cancellationToken);
        return await EnsureStoredAsync(image.OfCrop(crop), reply, field, cancellationToken);
    }

    /// <summary>
    /// Pushes an embedding that the encoder could not store to silos; returns the image, or the problem.
    /// </summary>
    private async Task<Outcome<StoredImage>> EnsureStoredAsync(
        ImageKey key, EncodeReply reply, string field, CancellationToken cancellationToken)
    {
        if (reply.Embedding is { } homeless
            && await silos.PushAsync(key.Embedding, homeless, cancellationToken) is { } problem)
        {
            return problem;
        }

        return reply switch
        {
            { Status: EncodeStatus.Encoded, Info: { } info } => new StoredImage(key, info, reply.EncodeTime),
            { Status: EncodeStatus.InvalidImage } => Problem.Invalid(
                field, reply.Message ?? "Not a usable image.", $"IMAGE_{reply.Reason ?? "INVALID"}"),
            { Status: EncodeStatus.Overloaded } => Problem.TryLater(
                StatusCode.ResourceExhausted,
                "ENCODER_OVERLOADED",
                "The encoder's queue is full. Try again after the delay in RetryInfo.",
                reply.RetryAfter),
            { Status: EncodeStatus.Unavailable, Reason: { } reason, Message: { } message } => Problem.TryLater(
                StatusCode.Unavailable, $"ENCODER_{reason}", message, reply.RetryAfter),
            { Status: EncodeStatus.Unavailable } => Problem.TryLater(
                StatusCode.Unavailable,
                "ENCODER_UNAVAILABLE",
                "No encoder could take the image. Try again after the delay in RetryInfo.",
                reply.RetryAfter),
            _ => throw new InvalidOperationException($"The encoder answered {reply.Status} without the image's size."),
        };
    }
}
