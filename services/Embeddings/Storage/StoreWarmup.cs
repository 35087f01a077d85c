using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Segmentation.Embeddings.Storage;

/// <summary>
/// Creates the store when the host starts, so that its metrics exist before the first embedding is asked for.
/// </summary>
internal sealed class StoreWarmup(IServiceProvider services) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        services.GetRequiredService<IEmbeddingStore>();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
