using Microsoft.Extensions.Hosting;

namespace Segmentation.Embeddings.Storage;

/// <summary>
/// Has the store made when the host starts, so that its figures are there before anybody asks it for an embedding.
/// </summary>
internal sealed class StoreAtStart : IHostedService
{
    private readonly IEmbeddingStore _store;

    public StoreAtStart(IEmbeddingStore store) => _store = store;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(_store);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
