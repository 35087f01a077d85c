using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;

namespace Segmentation.Projects.Segmenting;

/// <summary>Adds the models, as projects ask for them, to a host.</summary>
public static class SegmentingServices
{
    /// <summary>
    /// Names the gateway in place of the options: for a host that has one in its own process. The connection is asked
    /// for when a model is first needed, so that the gateway's port may be known only after the start.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="connection">Gives the gateway's address and a credential.</param>
    public static IServiceCollection UseGateway(
        this IServiceCollection services, Func<IServiceProvider, GatewayConnection> connection)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(connection);
        return services.AddSingleton(provider => new GatewaySource(() => connection(provider)));
    }

    /// <summary>Adds the models of the gateway that the options name, unless the host names one.</summary>
    internal static IServiceCollection AddSegmenting(this IServiceCollection services)
    {
        services.AddSection<GatewayOptions, GatewayOptionsValidator>(GatewayOptions.Section);
        services.TryAddSingleton<IImageModel>(provider => new GatewayImageModel(() =>
            provider.GetService<GatewaySource>() is { } source
                ? source.Connection()
                : Configured(provider.GetRequiredService<IOptions<GatewayOptions>>().Value)));
        return services;
    }

    private static GatewayConnection? Configured(GatewayOptions options)
    {
        if (options.Address.Length == 0)
        {
            return null;
        }

        X509Certificate2Collection? authorities = null;
        if (options.AuthoritiesFile.Length > 0)
        {
            authorities = [];
            authorities.ImportFromPemFile(options.AuthoritiesFile);
        }

        Func<CancellationToken, ValueTask<string>>? credential =
            options.Key.Length > 0 ? _ => ValueTask.FromResult(options.Key)
            : options.KeyFile.Length > 0 ? async token => (await File.ReadAllTextAsync(options.KeyFile, token)).Trim()
            : null;
        return new GatewayConnection(new Uri(options.Address), credential, authorities);
    }

    /// <summary>The gateway that the host names.</summary>
    private sealed record GatewaySource(Func<GatewayConnection> Connection);
}
