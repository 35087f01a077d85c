using Segmentation.Embeddings;
using Segmentation.Embeddings.Caching;
using Segmentation.Encoder.Queue;
using Segmentation.Sam.Images;

namespace Segmentation.Encoder;

/// <summary>
/// Admission to the encoder. The store is asked before anything is decoded, callers with the same image share one
/// encoding, and what does not fit into the queue is refused before it costs anything.
/// </summary>
internal sealed class EncodeService : IImageEncoder
{
    private readonly SingleFlight<EmbeddingKey, EncodeReply> _flights = new();
    private readonly IEmbeddingStore _store;
    private readonly EncodeQueue _queue;
    private readonly EncoderMetrics _metrics;
    private readonly ModelIdentity _model;

    public EncodeService(IEmbeddingStore store, EncodeQueue queue, EncoderMetrics metrics, ModelIdentity model)
    {
        _store = store;
        _queue = queue;
        _metrics = metrics;
        _model = model;
    }

    public Task<EncodeReply> EncodeAsync(
        EmbeddingKey key, ReadOnlyMemory<byte> file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.ModelDigest != _model.Digest || key.Preprocessing != _model.Preprocessing)
        {
            throw new ArgumentException(
                $"The key is of model {key.ModelDigest}/{key.Preprocessing}, this encoder serves {_model}.",
                nameof(key));
        }

        return _flights.RunAsync(key, abandoned => EncodeOnceAsync(key, file, abandoned), cancellationToken);
    }

    private async Task<EncodeReply> EncodeOnceAsync(
        EmbeddingKey key, ReadOnlyMemory<byte> file, CancellationToken abandoned)
    {
        using var activity = EncoderTelemetry.Source.StartActivity("encode");
        var reply = await FindOrEncodeAsync(key, file, abandoned);
        activity?.SetTag("segmentation.encode.status", reply.Status.ToString());
        _metrics.Answered(reply);
        return reply;
    }

    private async Task<EncodeReply> FindOrEncodeAsync(
        EmbeddingKey key, ReadOnlyMemory<byte> file, CancellationToken abandoned)
    {
        if (await _store.GetInfoAsync(key, abandoned) is { } info)
        {
            return new EncodeReply { Status = EncodeStatus.Encoded, Info = info };
        }

        var work = new EncodeWork(file);
        _queue.Add(work);
        await using var registration = abandoned.UnsafeRegister(
            (state, token) => _queue.Drop((EncodeWork)state!, token), work);
        try
        {
            if (await work.Completion is not { } image)
            {
                return new EncodeReply { Status = EncodeStatus.Overloaded, RetryAfter = _queue.RetryAfter };
            }

            // Not cancellable: the costly part is done, and the next upload of these bytes will find it.
            await _store.PutAsync(key, image.Embedding, CancellationToken.None);
            return new EncodeReply
            {
                Status = EncodeStatus.Encoded,
                Info = image.Embedding.Info,
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
        _ => throw new ArgumentOutOfRangeException(nameof(error), error, "No reason for this error."),
    };
}
