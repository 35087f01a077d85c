using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.Hosting;
using Segmentation.Clustering;
using Segmentation.Common.Configuration;
using Segmentation.Decoder.Addressing;
using Segmentation.Decoder.Configuration;
using Segmentation.Decoder.Decoding;
using Segmentation.Decoder.Engine;
using Segmentation.Decoder.Everything;
using Segmentation.Decoder.Health;
using Segmentation.Decoder.Images;
using Segmentation.Decoder.Masks;
using Segmentation.Decoder.Scheduling;
using Segmentation.Decoder.Telemetry;
using Segmentation.Embeddings;
using Segmentation.Models;

namespace Segmentation.Decoder.Hosting;

/// <summary>Registers the decoder tier.</summary>
public static class DecoderServices
{
    /// <summary>
    /// Lets a silo host image grains and decode their prompts. Needs an <see cref="IEmbeddingStore"/>.
    /// Options: <see cref="DecoderOptions"/>, checked when the host starts.
    /// </summary>
    /// <param name="silo">The silo.</param>
    /// <param name="models">The models; embeddings of any other are not found.</param>
    public static ISiloBuilder AddDecoder(this ISiloBuilder silo, ServedModels models)
    {
        ArgumentNullException.ThrowIfNull(silo);
        ArgumentNullException.ThrowIfNull(models);
        silo.Services.TryAddSingleton(services => ModelSource.Of(
            models, services.GetRequiredService<IOptions<DecoderOptions>>().Value.PrepareFeatures));
        return silo.AddDecoder();
    }

    /// <summary>Everything but the models.</summary>
    internal static ISiloBuilder AddDecoder(this ISiloBuilder silo)
    {
        var services = silo.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSection<DecoderOptions, DecoderOptionsValidator>(DecoderOptions.Section);
        services.TryAddSingleton<DecoderMetrics>();
        services.TryAddSingleton<DrainState>();
        services.TryAddSingleton(_ => new ProcessMemory());
        services.TryAddSingleton<DecodeModels>();
        services.TryAddSingleton(provider => ActivatorUtilities.CreateInstance<DecodeScheduler>(
            provider, provider.GetRequiredService<DecodeModels>().Default.Engine));
        services.TryAddSingleton<HotImages>();
        services.TryAddSingleton<MaskLogits>();
        services.TryAddSingleton<ImageDecoder>();
        services.TryAddSingleton<PlanCache>();
        services.TryAddSingleton<PartResultCache>();
        services.TryAddSingleton<PointPartService>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, DecoderLifecycle>();
        return silo
            .Configure<SiloMessagingOptions>(GrainCalls.Limit)
            .AddGrainDirectory(PinnedSiloDirectory.Name, (_, _) => new PinnedSiloDirectory());
    }
}
