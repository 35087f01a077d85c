using Segmentation.Clustering;
using Segmentation.Common;
using Segmentation.Decoder.Engine;
using Segmentation.Decoder.Images;
using Segmentation.Decoder.Masks;
using Segmentation.Decoder.Scheduling;
using Segmentation.Embeddings;
using Segmentation.Grains;
using Segmentation.Masks;
using Segmentation.Sam.Prompts;

namespace Segmentation.Decoder.Decoding;

/// <summary>Answers a decode request: what an image grain does, without Orleans.</summary>
internal sealed class ImageDecoder(
    HotImages images, MaskLogits logits, DecodeScheduler scheduler, DecodeModels models, TimeProvider clock)
{
    /// <summary>Decodes prompts on an image.</summary>
    /// <param name="key">The image.</param>
    /// <param name="request">The prompts, and what to make of them.</param>
    /// <param name="cancellationToken">Drops what has not begun, ends what runs.</param>
    public async Task<DecodeReply> DecodeAsync(
        EmbeddingKey key, DecodeRequest request, CancellationToken cancellationToken)
    {
        if (models.Find(key) is null)
        {
            return new DecodeReply { Status = DecodeStatus.ImageNotFound };
        }

        var arrivedAt = clock.GetTimestamp();
        if (request.TimeLeft is not { } left || left > GrainCalls.LongestAnswer)
        {
            return await DecodeInTimeAsync(key, request, arrivedAt, cancellationToken).ConfigureAwait(false);
        }

        if (left <= TimeSpan.Zero)
        {
            return new DecodeReply { Status = DecodeStatus.Expired };
        }

        using var deadline = new CancellationTokenSource(left, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var reply = await DecodeInTimeAsync(key, request, arrivedAt, either.Token).ConfigureAwait(false);
            return reply.Status == DecodeStatus.Overloaded && clock.GetElapsedTime(arrivedAt) >= left
                ? new DecodeReply { Status = DecodeStatus.Expired }
                : reply;
        }
        catch (OperationCanceledException)
            when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new DecodeReply { Status = DecodeStatus.Expired };
        }
    }

    /// <summary>Makes an image hot.</summary>
    /// <returns>Ok, ImageNotFound or Overloaded.</returns>
    public async Task<DecodeStatus> PrepareAsync(EmbeddingKey key, CancellationToken cancellationToken)
    {
        if (models.Find(key) is null)
        {
            return DecodeStatus.ImageNotFound;
        }

        using var reply = await images.GetAsync(key, Lane.Interactive, cancellationToken);
        return reply switch
        {
            { Image: not null } => DecodeStatus.Ok,
            { RefusedFor: not null } => DecodeStatus.Overloaded,
            _ => DecodeStatus.ImageNotFound,
        };
    }

    /// <summary>Makes an image hot without the store.</summary>
    /// <returns>Ok, ImageNotFound (the key of a model that is not served) or Overloaded.</returns>
    public async Task<DecodeStatus> AdoptAsync(
        EmbeddingKey key, Embedding embedding, CancellationToken cancellationToken)
    {
        if (models.Find(key) is not { } model)
        {
            return DecodeStatus.ImageNotFound;
        }

        if (embedding.Count != model.EmbeddingLength)
        {
            throw new ArgumentException(
                $"An embedding of model {model.Identity.Id} has {model.EmbeddingLength} values, not {embedding.Count}.",
                nameof(embedding));
        }

        using var reply = await images.AdoptAsync(key, embedding, cancellationToken);
        return reply.Image is null ? DecodeStatus.Overloaded : DecodeStatus.Ok;
    }

    /// <summary>Description of an image; null when the image is not hot.</summary>
    public EmbeddingInfo? Find(EmbeddingKey key) => images.Find(key);

    /// <summary>Gives up what is held of an image.</summary>
    public void Forget(EmbeddingKey key)
    {
        images.Forget(key);
        logits.Forget(key);
    }

    private async Task<DecodeReply> DecodeInTimeAsync(
        EmbeddingKey key, DecodeRequest request, long arrivedAt, CancellationToken cancellationToken)
    {
        // Before anything is waited for: by then the logits could have been evicted for somebody else's.
        var prompts = new Prompt[request.Prompts.Length];
        for (var i = 0; i < prompts.Length; i++)
        {
            float[]? parent = null;
            if (request.Prompts[i].MaskId is { } id && !logits.TryGet(key, id, out parent))
            {
                return new DecodeReply { Status = DecodeStatus.MaskNotFound, MissingMaskId = id };
            }

            prompts[i] = GrainMapping.ToPrompt(request.Prompts[i], parent);
        }

        using var hot = await images.GetAsync(key, request.Lane, cancellationToken).ConfigureAwait(false);
        if (hot.Image is not { } image)
        {
            return hot.RefusedFor is { } retry ? Overloaded(retry) : new() { Status = DecodeStatus.ImageNotFound };
        }

        var (engine, source) = hot.Model is { } model ? (model.Engine, model.Source) : (null, null);
        foreach (var prompt in request.Prompts)
        {
            if (source?.Refusal(GrainMapping.ToFeatures(prompt)) is { } refusal)
            {
                return new DecodeReply { Status = DecodeStatus.PromptRefused, Message = refusal };
            }
        }

        var costs = Array.ConvertAll(request.Prompts, prompt => PromptCost.Of(prompt, request, image.Info));
        var size = scheduler.PromptsPerJob(request.Lane, prompts.Length, costs.Max());
        var pieces = (prompts.Length + size - 1) / size;
        var series = new ChunkedJobs<MaskData[][]>(scheduler, pieces, (i, ends) =>
        {
            var (from, to) = (i * size, Math.Min((i + 1) * size, prompts.Length));
            var piece = pieces == 1 ? prompts : prompts[from..to];
            return new DecodeJob<MaskData[][]>(
                request.Lane, (worker, token) => Segment(worker, image, key, request, from, piece, token), ends)
            {
                Engine = engine,
                Prompts = piece.Length,
                Cost = costs[from..to].Sum(),
                Tenant = key.Tenant,
            };
        })
        {
            ArrivedAt = arrivedAt,
            TimeLimit = request.TimeLeft < GrainCalls.LongestAnswer ? request.TimeLeft : null,
        };
        return await series.CompleteAsync(cancellationToken).ConfigureAwait(false) is { } retryAfter
            ? Overloaded(retryAfter)
            : new DecodeReply { Status = DecodeStatus.Ok, Results = Join(series.Results), DecodeTime = series.WorkTime };
    }

    private static DecodeReply Overloaded(TimeSpan retryAfter) =>
        new() { Status = DecodeStatus.Overloaded, RetryAfter = retryAfter };

    private static MaskData[][] Join(MaskData[][][] pieces) => pieces is [var all] ? all : [.. pieces.SelectMany(p => p)];

    // On the worker's thread, with hashes and strings: nothing of this is work for an Orleans thread.
    private MaskData[][] Segment(
        IDecodeWorker worker,
        IHotImage image,
        EmbeddingKey key,
        DecodeRequest request,
        int first,
        Prompt[] prompts,
        CancellationToken cancellationToken)
    {
        var found = worker.Segment(image, prompts, GrainMapping.ToOptions(request), cancellationToken);
        var yieldPoint = new YieldPoint(worker.OnYield, cancellationToken);
        var results = new MaskData[prompts.Length][];
        for (var prompt = 0; prompt < prompts.Length; prompt++)
        {
            var (masks, ids) = (found[prompt], new MaskIds(key, request.Prompts[first + prompt]));
            var made = results[prompt] = new MaskData[masks.Count];
            for (var i = 0; i < made.Length; i++)
            {
                yieldPoint.Check();
                var id = ids.Of(masks[i].Token);
                made[i] = GrainMapping.ToMask(masks[i], id, request.Forms, yieldPoint);
                if (request.Refinable)
                {
                    logits.Put(key, id, masks[i].Logits!);
                }
            }
        }

        return results;
    }
}
