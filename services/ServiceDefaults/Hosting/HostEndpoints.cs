using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>Puts a host's ports into its server.</summary>
public static class HostEndpoints
{
    /// <summary>
    /// Listens as <see cref="EndpointOptions"/> say: gRPC on one port, HTTP/1.1 on another, since cleartext HTTP/2
    /// cannot be negotiated on a port that also speaks HTTP/1.1.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="grpcPort">Default of <see cref="EndpointOptions.GrpcPort"/>.</param>
    /// <param name="httpPort">Default of <see cref="EndpointOptions.HttpPort"/>.</param>
    public static IServiceCollection AddEndpoints(this IServiceCollection services, int grpcPort, int httpPort)
    {
        services.AddOptions<EndpointOptions>()
            .Configure(options => (options.GrpcPort, options.HttpPort) = (grpcPort, httpPort))
            .BindConfiguration(EndpointOptions.Section)
            .ValidateOnStart();
        return services
            .AddSingleton<IValidateOptions<EndpointOptions>, EndpointOptionsValidator>()
            .AddSingleton(provider => Port(
                provider, options => options.GrpcPort, HttpProtocols.Http2, nameof(EndpointOptions.GrpcPort)))
            .AddSingleton(provider => Port(
                provider, options => options.HttpPort, HttpProtocols.Http1, nameof(EndpointOptions.HttpPort)))
            .AddListening();
    }

    /// <summary>
    /// Listens on every registered <see cref="ListenPort"/>, makes <see cref="HostAddresses"/> known, and has a health
    /// check <c>accepting</c> that fails once the host is told to stop. For hosts whose ports are other options than
    /// <see cref="EndpointOptions"/>; called once.
    /// </summary>
    /// <param name="services">The host's services.</param>
    public static IServiceCollection AddListening(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => new HostAddresses(
            provider.GetRequiredService<IServer>(), provider.GetServices<ListenPort>()));
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IConfigureOptions<KestrelServerOptions>, KestrelEndpoints>());
        services.AddSingleton<IMemoryPoolFactory<byte>, BlockPoolFactory>();
        services.AddHealthChecks().AddCheck<Accepting>("accepting");

        // What watchers of the gRPC health service are told: half a minute, the default, is long for a host that has
        // only just become ready.
        return services.Configure<HealthCheckPublisherOptions>(
            options => (options.Delay, options.Period) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)));
    }

    private static ListenPort Port(
        IServiceProvider provider, Func<EndpointOptions, int> port, HttpProtocols protocols, string key)
    {
        var options = provider.GetRequiredService<IOptions<EndpointOptions>>().Value;
        var endpoint = new IPEndPoint(IPAddress.Parse(options.Address), port(options));
        return new ListenPort(endpoint, protocols, $"{EndpointOptions.Section}:{key}");
    }
}
