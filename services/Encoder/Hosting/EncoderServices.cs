using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;
using Segmentation.Embeddings;
using Segmentation.Encoder.Admission;
using Segmentation.Encoder.Configuration;
using Segmentation.Encoder.Pipeline;
using Segmentation.Encoder.Queue;
using Segmentation.Encoder.Telemetry;
using Segmentation.Models;

namespace Segmentation.Encoder.Hosting;

/// <summary>Registers the encoder tier.</summary>
public static class EncoderServices
{
    /// <summary>
    /// Encodes images in this process, behind <see cref="IImageEncoder"/>. Needs an <see cref="IEmbeddingStore"/>.
    /// Options: <see cref="EncoderOptions"/>; they and the execution provider are checked when the host starts.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="models">The models.</param>
    public static IServiceCollection AddEncoder(this IServiceCollection services, ServedModels models)
    {
        ArgumentNullException.ThrowIfNull(models);
        services.TryAddSingleton(provider => OpenModels.Open(
            models,
            provider.GetRequiredService<IOptions<EncoderOptions>>(),
            provider.GetRequiredService<ILoggerFactory>()));
        return services.AddEncoder();
    }

    /// <summary>Everything but the models.</summary>
    internal static IServiceCollection AddEncoder(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSection<EncoderOptions, EncoderOptionsValidator>(EncoderOptions.Section);
        services.TryAddSingleton<ReadBudget>();
        services.TryAddSingleton<HeldPictures>();
        services.TryAddSingleton<EncodeQueue>();
        services.TryAddSingleton<PrefetchBuffer>();
        services.TryAddSingleton<ReadWorker>();
        services.TryAddSingleton<EncodeWorker>();
        services.TryAddSingleton<EncoderMetrics>();
        services.TryAddSingleton<EncodeService>();
        services.TryAddSingleton<IImageEncoder>(provider => provider.GetRequiredService<EncodeService>());
        services.AddHostedService<EncodeThreads>();
        return services;
    }
}
