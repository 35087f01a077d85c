using System.Threading.Channels;
using Grpc.Core;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Pictures.Files;
using Segmentation.Projects.Segmenting;
using Segmentation.Projects.Storage.Rows;

namespace Segmentation.Projects.Pictures.Handing;

/// <summary>
/// Has the embeddings of pictures made before somebody clicks on them, from the files as they were added. Work that
/// does not fit is dropped: the first click then waits for its embedding, and nothing else is lost. Failures are
/// counted.
/// </summary>
internal sealed class EmbeddingsAhead(IImageModel model, PictureFiles files, PictureMetrics metrics) : BackgroundService
{
    private const int MostWaiting = 256;
    private const int AtOnce = 4;

    // Longer than an encoder takes under load: a gateway that does not answer must not hold the queue for ever.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    // The oldest wishes are dropped: whoever asked last is nearest to the click.
    private readonly Channel<Wish> _wishes = Channel.CreateBounded<Wish>(
        new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest },
        _ => metrics.Embedded("dropped"));

    /// <summary>Asks for embeddings; returns at once.</summary>
    /// <param name="tenant">Tenant that pays.</param>
    /// <param name="pictures">The pictures, the most urgent first.</param>
    /// <param name="modelId">Id of the project's model; empty: the tenant's default.</param>
    public void Ask(string tenant, IEnumerable<PictureRow> pictures, string modelId)
    {
        if (!model.IsAvailable)
        {
            return;
        }

        foreach (var picture in pictures)
        {
            _wishes.Writer.TryWrite(new Wish(tenant, picture, modelId));
        }
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Parallel.ForEachAsync(
        _wishes.Reader.ReadAllAsync(stoppingToken),
        new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stoppingToken },
        EmbedAsync);

    private async ValueTask EmbedAsync(Wish wish, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_patience);
        try
        {
            var file = await files.ReadAsync(wish.Tenant, wish.Picture, patience.Token);
            await model.EmbedAsync(wish.Tenant, file, wish.Model, patience.Token);
            metrics.Embedded("made");
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested && IsExpected(error))
        {
            metrics.Embedded("failed");
        }
    }

    private static bool IsExpected(Exception error) => error is RpcException or OperationCanceledException
        or IOException || DatabaseFailures.IsAway(error);

    private sealed record Wish(string Tenant, PictureRow Picture, string Model);
}
