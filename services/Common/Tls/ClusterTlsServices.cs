using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Segmentation.Common.Configuration;

namespace Segmentation.Common.Tls;

/// <summary>Registers <see cref="ClusterTls"/>.</summary>
public static class ClusterTlsServices
{
    /// <summary>
    /// Adds the encryption of connections within a cluster, once. Options: <see cref="ClusterTlsOptions"/>, checked when
    /// the host starts.
    /// </summary>
    /// <param name="services">The host's services.</param>
    public static IServiceCollection AddClusterTls(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ClusterTls>();
        return services.AddSection<ClusterTlsOptions, ClusterTlsOptionsValidator>(ClusterTlsOptions.Section);
    }
}
