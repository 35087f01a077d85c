using Segmentation.Common;
using Segmentation.Common.Caching;
using Segmentation.Embeddings;
using Segmentation.Embeddings.Leasing;
using Segmentation.Encoder.Pipeline;
using Segmentation.Encoder.Queue;
using Segmentation.Encoder.Telemetry;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Encoder.Admission;

/// <summary>
/// Admission to the encoder. The store is asked before anything is decoded, callers with the same image share one
/// encoding, also callers of other encoders, and an image that does not fit into the queue is refused before it costs
/// anything. Callers who can ask the store before they have the file's bytes do so themselves.
/// </summary>
internal sealed class EncodeService(
    IEmbeddingStore store,
    IEncodeLease lease,
    EncodeQueue queue,
    EncoderMetrics metrics,
    OpenModels models,
    TimeProvider clock) : IImageEncoder
{
    /// <summary>Time between two looks in the store for the result of another encoder.</summary>
    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(50);

    private readonly SingleFlight<EmbeddingKey, EncodeReply> _flights = new();
    private readonly IEncodeLease _lease = lease;
    private readonly OpenModels _models = models;

    public Task<EncodeReply> EncodeAsync(
        EmbeddingKey key, ReadOnlyMemory<byte> file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        return RunAsync(new EncodeInput(key, file, null, Lane.Interactive), cancellationToken);
    }

    public Task<EncodeReply> EncodeCropAsync(
        EmbeddingKey image, ImageCrop crop, ReadOnlyMemory<byte> file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(image);
        return RunAsync(new EncodeInput(image, file, crop, Lane.Batch), cancellationToken);
    }

    /// <summary>
    /// The same for a caller who says how urgent it is; who joins an encoding under way changes nothing.
    /// </summary>
    /// <param name="input">The image, and how urgent it is.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task<EncodeReply> RunAsync(EncodeInput input, CancellationToken cancellationToken)
    {
        var key = input.Key;
        var model = _models.Find(key.ModelDigest, key.Preprocessing) ?? throw new ArgumentException(
            $"The key is of model {key.ModelDigest}/{key.Preprocessing}, this encoder serves {_models.Names}.",
            nameof(input));
        return _flights.RunAsync(key, abandoned => EncodeOnceAsync(model, key, input, abandoned), cancellationToken);
    }

    private async Task<EncodeReply> EncodeOnceAsync(
        EncoderModel model, EmbeddingKey key, EncodeInput input, CancellationToken abandoned)
    {
        using var activity = EncoderTelemetry.Source.StartActivity("encode");
        var reply = await FindOrEncodeAsync(model, key, input, abandoned);
        activity?.SetTag("segmentation.encode.status", reply.Status.ToString());
        metrics.Answered(model.Identity.Id, reply);
        return reply;
    }

    private async Task<EncodeReply> FindOrEncodeAsync(
        EncoderModel model, EmbeddingKey key, EncodeInput input, CancellationToken abandoned)
    {
        using var poll = new PeriodicTimer(_poll, clock);
        while (true)
        {
            if (await _lease.TryTakeAsync(key, abandoned) is { } lease)
            {
                await using (lease)
                {
                    // Whoever had the lease before may have stored the embedding.
                    return await FindAsync(key, abandoned)
                        ?? await EncodeAndStoreAsync(model, key, input, abandoned);
                }
            }

            await poll.WaitForNextTickAsync(abandoned);
            if (await FindAsync(key, abandoned) is { } held)
            {
                return held;
            }
        }
    }

    private async Task<EncodeReply?> FindAsync(EmbeddingKey key, CancellationToken abandoned) =>
        await store.GetInfoAsync(key, abandoned) is { } info
            ? new EncodeReply { Status = EncodeStatus.Encoded, Info = info }
            : null;

    private async Task<EncodeReply> EncodeAndStoreAsync(
        EncoderModel model, EmbeddingKey key, EncodeInput input, CancellationToken abandoned)
    {
        try
        {
            var job = new EncodeJob(input, model, model.Pipeline.Measure(input.File), clock.GetTimestamp());
            queue.Add(job);
            await using var registration = abandoned.UnsafeRegister(
                (state, token) => queue.Drop((EncodeJob)state!, token), job);
            if (await job.Completion is not { } image)
            {
                return new EncodeReply { Status = EncodeStatus.Overloaded, RetryAfter = job.RetryAfter };
            }

            // Not cancellable: the costly part is done, and the next upload of these bytes will find it.
            var isStored = await store.PutAsync(key, image.Embedding, CancellationToken.None);
            return new EncodeReply
            {
                Status = EncodeStatus.Encoded,
                Info = image.Embedding.Info,
                Embedding = isStored ? null : image.Embedding,
                EncodeTime = image.Duration,
            };
        }
        catch (ImageException error)
        {
            return new EncodeReply
            {
                Status = EncodeStatus.InvalidImage,
                Message = error.Message,
                Reason = ToReason(error.Error),
            };
        }
    }

    private static string ToReason(ImageError error) => error switch
    {
        ImageError.Empty => "EMPTY",
        ImageError.UnsupportedFormat => "UNSUPPORTED_FORMAT",
        ImageError.TooLarge => "TOO_LARGE",
        ImageError.Damaged => "DAMAGED",
        ImageError.TooComplex => "TOO_COMPLEX",
        _ => throw new ArgumentOutOfRangeException(nameof(error), error, "No reason for this error."),
    };
}
