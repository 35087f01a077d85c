using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Segmentation.Embeddings.Configuration;
using Segmentation.Embeddings.Storage;

namespace Segmentation.Embeddings;

/// <summary>Registers embedding stores.</summary>
public static class EmbeddingServices
{
    /// <summary>
    /// Keeps embeddings in this process. Options: <see cref="EmbeddingStoreOptions"/>, checked when the host starts.
    /// </summary>
    public static IServiceCollection AddInMemoryEmbeddings(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSection<EmbeddingStoreOptions, EmbeddingStoreOptionsValidator>(EmbeddingStoreOptions.SectionName);
        services.TryAddSingleton<EmbeddingMetrics>();
        services.TryAddSingleton<IEmbeddingStore, InMemoryEmbeddingStore>();
        return services;
    }
}
