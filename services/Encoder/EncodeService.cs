using Segmentation.Embeddings;
using Segmentation.Embeddings.Caching;
using Segmentation.Embeddings.Leasing;
using Segmentation.Encoder.Pipeline;
using Segmentation.Encoder.Queue;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Encoder;

/// <summary>
/// Admission to the encoder. The store is asked before anything is decoded, callers with the same image share one
/// encoding, also those of other encoders, and what does not fit into the queue is refused before it costs anything.
/// </summary>
internal sealed class EncodeService(
    IEmbeddingStore store,
    IEncodeLease lease,
    EncodeQueue queue,
    IImagePipeline pipeline,
    EncoderMetrics metrics,
    ModelIdentity model,
    TimeProvider time) : IImageEncoder
{
    /// <summary>How often the store is asked whether another encoder is done.</summary>
    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(50);

    private readonly SingleFlight<EmbeddingKey, EncodeReply> _flights = new();
    private readonly IEncodeLease _lease = lease;
    private readonly ModelIdentity _model = model;

    public Task<EncodeReply> EncodeAsync(
        EmbeddingKey key, ReadOnlyMemory<byte> file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        return RunAsync(new EncodeOrder(key, file, null, EncodePriority.Interactive), cancellationToken);
    }

    public Task<EncodeReply> EncodeCropAsync(
        EmbeddingKey image, ImageCrop crop, ReadOnlyMemory<byte> file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(image);
        return RunAsync(new EncodeOrder(image, file, crop, EncodePriority.Batch), cancellationToken);
    }

    /// <summary>The same for a caller who says how urgent it is; who joins an encoding under way changes nothing.</summary>
    /// <param name="order">What to encode.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task<EncodeReply> RunAsync(EncodeOrder order, CancellationToken cancellationToken)
    {
        var key = order.Key;
        if (key.ModelDigest != _model.Digest || key.Preprocessing != _model.Preprocessing)
        {
            throw new ArgumentException(
                $"The key is of model {key.ModelDigest}/{key.Preprocessing}, this encoder serves {_model}.",
                nameof(order));
        }

        return _flights.RunAsync(key, abandoned => EncodeOnceAsync(key, order, abandoned), cancellationToken);
    }

    private async Task<EncodeReply> EncodeOnceAsync(
        EmbeddingKey key, EncodeOrder order, CancellationToken abandoned)
    {
        using var activity = EncoderTelemetry.Source.StartActivity("encode");
        var reply = await FindOrEncodeAsync(key, order, abandoned);
        activity?.SetTag("segmentation.encode.status", reply.Status.ToString());
        metrics.Answered(reply);
        return reply;
    }

    private async Task<EncodeReply> FindOrEncodeAsync(
        EmbeddingKey key, EncodeOrder order, CancellationToken abandoned)
    {
        using var poll = new PeriodicTimer(_poll, time);
        while (true)
        {
            if (await FindAsync(key, abandoned) is { } held)
            {
                return held;
            }

            if (await _lease.TryTakeAsync(key, abandoned) is { } lease)
            {
                await using (lease)
                {
                    // Whoever had the lease before may have stored the embedding since the store was asked.
                    return await FindAsync(key, abandoned)
                        ?? await EncodeAndStoreAsync(key, order, abandoned);
                }
            }

            await poll.WaitForNextTickAsync(abandoned);
        }
    }

    private async Task<EncodeReply?> FindAsync(EmbeddingKey key, CancellationToken abandoned) =>
        await store.GetInfoAsync(key, abandoned) is { } info
            ? new EncodeReply { Status = EncodeStatus.Encoded, Info = info }
            : null;

    private async Task<EncodeReply> EncodeAndStoreAsync(
        EmbeddingKey key, EncodeOrder order, CancellationToken abandoned)
    {
        try
        {
            var work = new EncodeWork(order, pipeline.Measure(order.File), time.GetTimestamp());
            queue.Add(work);
            await using var registration = abandoned.UnsafeRegister(
                (state, token) => queue.Drop((EncodeWork)state!, token), work);
            if (await work.Completion is not { } image)
            {
                return new EncodeReply { Status = EncodeStatus.Overloaded, RetryAfter = work.RetryAfter };
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
