using System.Security.Cryptography;
using Segmentation.Embeddings;
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
    ModelIdentity model,
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

    /// <summary>The key under which a tenant's image is held.</summary>
    /// <param name="tenant">A valid tenant.</param>
    /// <param name="imageId">The id as the client wrote it.</param>
    /// <param name="field">The field it came in, for the violation.</param>
    public Outcome<EmbeddingKey> KeyOf(string tenant, string imageId, string field) =>
        ImageId.Sha256Of(imageId) is { } sha256
            ? KeyOf(tenant, sha256)
            : Problem.Invalid(field, $"{ClientText.Quote(imageId)} is no image id: expected {ImageId.Form}.");

    /// <summary>The key under which a tenant's image is held.</summary>
    public EmbeddingKey KeyOf(string tenant, string sha256) => EmbeddingKey.Create(tenant, model, sha256);

    /// <summary>The image under a key; null when no embedding is held.</summary>
    public async ValueTask<StoredImage?> FindAsync(EmbeddingKey key, CancellationToken cancellationToken) =>
        await store.GetInfoAsync(key, cancellationToken) is { } info
            ? new StoredImage(key, info, model.Id, TimeSpan.Zero)
            : null;

    /// <summary>
    /// The image under a key, or NOT_FOUND with what to do. An image that the store lost, or that never came there
    /// because the store was away, is found as long as a silo holds it.
    /// </summary>
    public async ValueTask<Outcome<StoredImage>> GetAsync(
        EmbeddingKey key, string remedy, CancellationToken cancellationToken)
    {
        for (var start = clock.GetTimestamp(); ;)
        {
            if (await FindAsync(key, cancellationToken) is { } stored)
            {
                return stored;
            }

            // What it does not answer is not known: whoever wrote the embedding may have reached it a moment ago.
            var isKnown = store.IsAvailable;
            var held = await silos.FindAsync(key, cancellationToken);
            if (held is null && !isKnown)
            {
                held = await silos.LoadAsync(key, cancellationToken);
            }

            if (held is { } info)
            {
                return new StoredImage(key, info, model.Id, TimeSpan.Zero);
            }

            if (isKnown || clock.GetElapsedTime(start) >= _timeout)
            {
                return Problem.ImageNotFound(ImageId.Of(key.ImageSha256), remedy);
            }

            await Task.Delay(_pause, clock, cancellationToken);
        }
    }

    /// <summary>
    /// Makes sure that the embedding of bytes inside a request is held. The bytes are charged to the request. An image that
    /// is not held is charged together with the work that is to be done on it, so that it is not encoded for a request
    /// which is refused afterwards.
    /// </summary>
    /// <param name="caller">Who brings the image.</param>
    /// <param name="file">The image file.</param>
    /// <param name="field">The field the bytes came in, for violations.</param>
    /// <param name="work">Further work of the request; charged, unless there is a problem.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<Outcome<StoredImage>> ImportAsync(
        Caller caller, ReadOnlyMemory<byte> file, string field, Work work, CancellationToken cancellationToken)
    {
        if (file.Length > budget.MaxImageBytes)
        {
            return budget.TooLarge(field, file.Length);
        }

        var key = KeyOf(caller.Tenant, Convert.ToHexStringLower(SHA256.HashData(file.Span)));
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
        EmbeddingKey key,
        ReadOnlyMemory<byte> file,
        string field,
        Work work,
        CancellationToken cancellationToken)
    {
        var all = work with { Images = work.Images + 1 };
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
            meter.GiveBack(caller, Work.Image);
        }

        return encoded;
    }

    /// <summary>
    /// Has the encoder make and store an embedding; one that cannot be stored goes to a silo. Charges nothing: an embedding
    /// that was lost is made again for free.
    /// </summary>
    /// <param name="caller">Who brings the image.</param>
    /// <param name="key">Key of the embedding; its hash is that of <paramref name="file"/>.</param>
    /// <param name="file">The image file.</param>
    /// <param name="field">The field the bytes came in, for violations.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<Outcome<StoredImage>> EncodeAsync(
        Caller caller, EmbeddingKey key, ReadOnlyMemory<byte> file, string field, CancellationToken cancellationToken)
    {
        var reply = await encoder.EncodeAsync(key, file, cancellationToken);
        var stored = await EnsureStoredAsync(key, reply, field, cancellationToken);
        audit.Write(caller, AuditLog.Upload, ImageId.Of(key.ImageSha256), stored.Problem);
        return stored;
    }

    /// <summary>Has the encoder make and store the embedding of a part of an image, at batch priority.</summary>
    /// <param name="image">Key of the whole image; its hash is that of <paramref name="file"/>.</param>
    /// <param name="crop">The part; it lies inside of the image.</param>
    /// <param name="file">The image file.</param>
    /// <param name="field">The field the bytes came in, for violations.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<Outcome<StoredImage>> EncodeCropAsync(
        EmbeddingKey image,
        ImageCrop crop,
        ReadOnlyMemory<byte> file,
        string field,
        CancellationToken cancellationToken)
    {
        var reply = await encoder.EncodeCropAsync(image, crop, file, cancellationToken);
        return await EnsureStoredAsync(image.OfCrop(crop), reply, field, cancellationToken);
    }

    /// <summary>
    /// Pushes an embedding that the encoder could not store to silos; returns the image, or the problem.
    /// </summary>
    private async Task<Outcome<StoredImage>> EnsureStoredAsync(
        EmbeddingKey key, EncodeReply reply, string field, CancellationToken cancellationToken)
    {
        if (reply.Embedding is { } homeless
            && await silos.PushAsync(key, homeless, cancellationToken) is { } problem)
        {
            return problem;
        }

        return reply switch
        {
            { Status: EncodeStatus.Encoded, Info: { } info } => new StoredImage(key, info, model.Id, reply.EncodeTime),
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
