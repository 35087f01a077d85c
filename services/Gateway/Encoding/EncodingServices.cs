using System.Net;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Segmentation.Common.Configuration;
using Segmentation.Common.Tls;
using Segmentation.Embeddings;
using Segmentation.Gateway.Choosing;
using Segmentation.Gateway.Telemetry;

namespace Segmentation.Gateway.Encoding;

/// <summary>Registers the way to encoders in other processes.</summary>
public static class EncodingServices
{
    /// <summary>
    /// Encodes images in encoder processes, behind <see cref="IImageEncoder"/>. Options: section
    /// <c>Segmentation:Encoders</c>, checked when the host starts.
    /// </summary>
    /// <param name="services">The host's services.</param>
    public static IServiceCollection AddGrpcImageEncoder(this IServiceCollection services)
    {
        services.AddMetrics().AddClusterTls();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<GatewayMetrics>();
        services.TryAddSingleton<EncoderLookup>(Dns.GetHostAddressesAsync);
        services.AddHealthChecks().AddCheck<EncoderWatch>("encoders");
        return services
            .AddSection<EncodersOptions, EncodersOptionsValidator>(EncodersOptions.Section)
            .AddSingleton<RetryBudget>()
            .AddSingleton<EncoderAvailability>()
            .AddSingleton<EncoderModels>()
            .AddSingleton<IModelReadiness>(provider => provider.GetRequiredService<EncoderModels>())
            .AddSingleton<EncoderChannel>()
            .AddSingleton<EncoderWork>()
            .AddSingleton<EncoderWorkMetrics>()
            .AddSingleton<EncoderStart>()
            .AddSingleton<EncoderWait>()
            .AddSingleton<EncoderWatch>()
            .AddHostedService(provider => provider.GetRequiredService<EncoderWatch>())
            .AddSingleton<IImageEncoder, GrpcImageEncoder>();
    }
}
