using Segmentation.Common;
using Segmentation.Decoder.Scheduling;
using Segmentation.Embeddings;

namespace Segmentation.Decoder.Images;

/// <summary>
/// Keeps the images in use in the store: asking for them slides their expiry, and those that a store lost, or never got
/// because it was away, are written again, so that this silo may end without anybody having to upload them.
/// </summary>
internal sealed partial class EmbeddingRepair(
    HotImages images,
    IEmbeddingStore store,
    DecodeScheduler scheduler,
    TimeProvider clock,
    ILogger<EmbeddingRepair> logger) : BackgroundService
{
    /// <summary>Images looked at in one round, the most recently used first.</summary>
    private const int Round = 8;

    private static readonly TimeSpan _period = TimeSpan.FromSeconds(2);

    private readonly HotImages _images = images;
    private readonly IEmbeddingStore _store = store;
    private readonly ILogger<EmbeddingRepair> _logger = logger;

    /// <summary>One round over the images in use.</summary>
    /// <returns>How many were written again.</returns>
    public async Task<int> KeepAsync(CancellationToken cancellationToken)
    {
        var written = 0;
        foreach (var (key, hot) in _images.Recent(Round))
        {
            if (await _store.GetInfoAsync(key, cancellationToken) is not null || !hot.TryEnter())
            {
                continue;
            }

            using var use = hot;
            var image = hot.Image!;
            var job = new DecodeJob<Embedding>(
                Lane.Batch, (worker, token) => worker.Restore(image, token), cancellationToken)
            {
                Engine = hot.Model!.Engine,
                Tenant = key.Tenant,
            };
            var restored = await scheduler.RunAsync(job);
            if (restored.Value is not { } embedding || !await _store.PutAsync(key, embedding, cancellationToken))
            {
                // No worker has time, or the store is away: the next round sees.
                return written;
            }

            if (_images.Find(key) is null)
            {
                // Deleted meanwhile: the image must not come back.
                await _store.RemoveAsync(key, cancellationToken);
                continue;
            }

            written++;
        }

        return written;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_period, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (await KeepAsync(stoppingToken) is > 0 and var images)
                {
                    Written(_logger, images);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Shutdown.
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The embedding store had lost {Images} images in use; they are there again.")]
    private static partial void Written(ILogger logger, int images);
}
