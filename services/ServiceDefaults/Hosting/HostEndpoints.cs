using System.Net;
using System.Net.Security;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;
using Segmentation.Common.Tls;

namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>Puts a host's ports into its server.</summary>
public static class HostEndpoints
{
    /// <summary>
    /// Listens as <see cref="EndpointOptions"/> say: gRPC on one port, HTTP/1.1 on another, since cleartext HTTP/2
    /// cannot be negotiated on a port that also speaks HTTP/1.1; with TLS where certificates are named. And on the
    /// operators' port.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="grpcPort">Default of <see cref="EndpointOptions.GrpcPort"/>.</param>
    /// <param name="httpPort">Default of <see cref="EndpointOptions.HttpPort"/>.</param>
    public static IServiceCollection AddEndpoints(this IServiceCollection services, int grpcPort, int httpPort)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services
            .AddEndpointOptions(grpcPort, httpPort)
            .AddSingleton<EndpointTls>()
            .AddSingleton(provider => Grpc(provider, provider.GetRequiredService<EndpointTls>().Server))
            .AddSingleton(provider => Http(provider, provider.GetRequiredService<EndpointTls>().Server))
            .AddListening(HttpPort);
    }

    /// <summary>
    /// Listens as <see cref="EndpointOptions"/> say for a host that only members of the cluster call: gRPC with
    /// <see cref="ClusterTls"/> where that is on. The HTTP port says whether the host is alive, and is not encrypted.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="grpcPort">Default of <see cref="EndpointOptions.GrpcPort"/>.</param>
    /// <param name="httpPort">Default of <see cref="EndpointOptions.HttpPort"/>.</param>
    public static IServiceCollection AddClusterEndpoints(this IServiceCollection services, int grpcPort, int httpPort)
    {
        services.AddOptions<EndpointOptions>().Validate(
            options => options.Tls.CertificateFile.Length == 0,
            $"{EndpointTlsOptions.Section} is for ports that clients reach; this program's certificate is named by "
                + $"{ClusterTlsOptions.Section}.");
        return services
            .AddEndpointOptions(grpcPort, httpPort)
            .AddClusterTls()
            .AddSingleton(provider => Grpc(
                provider, provider.GetRequiredService<ClusterTls>() is { IsOn: true } tls ? _ => tls.Server() : null))
            .AddSingleton(provider => Http(provider, null))
            .AddListening(HttpPort);
    }

    /// <summary>
    /// Listens on every registered <see cref="ListenPort"/> and on the operators' port, makes <see cref="HostAddresses"/>
    /// known, and has a health check <c>accepting</c> that fails once the host is told to stop. For hosts whose ports are
    /// other options than <see cref="EndpointOptions"/>; called once, after the other ports are registered.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="httpPort">The host's HTTP port, which the operators' port follows.</param>
    public static IServiceCollection AddListening(this IServiceCollection services, Func<IServiceProvider, int> httpPort)
    {
        services.AddSection<OperatorOptions, OperatorOptionsValidator>(OperatorOptions.Section);

        // The last to listen: when this port answers, the others are open.
        services.AddSingleton(provider => Operators(provider, httpPort(provider)));
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

    /// <summary>Lets code of this process call its own gRPC services, by <see cref="InProcessPort"/>.</summary>
    /// <param name="services">The services of a host with ports.</param>
    public static IServiceCollection AddInProcessPort(this IServiceCollection services)
    {
        services.AddSingleton(_ => new InProcessPort());
        return services.AddSingleton<IConnectionListenerFactory>(
            provider => provider.GetRequiredService<InProcessPort>());
    }

    private static IServiceCollection AddEndpointOptions(this IServiceCollection services, int grpcPort, int httpPort)
    {
        services.AddOptions<EndpointOptions>()
            .Configure(options => (options.GrpcPort, options.HttpPort) = (grpcPort, httpPort))
            .BindConfiguration(EndpointOptions.Section)
            .ValidateOnStart();
        return services.AddSingleton<IValidateOptions<EndpointOptions>, EndpointOptionsValidator>();
    }

    private static EndpointOptions Options(IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<EndpointOptions>>().Value;

    private static int HttpPort(IServiceProvider provider) => Options(provider).HttpPort;

    private static ListenPort Grpc(
        IServiceProvider provider, Func<BaseConnectionContext, SslServerAuthenticationOptions>? tls) =>
        Port(provider, Options(provider).GrpcPort, PortUse.Grpc, nameof(EndpointOptions.GrpcPort), tls);

    private static ListenPort Http(
        IServiceProvider provider, Func<BaseConnectionContext, SslServerAuthenticationOptions>? tls) =>
        Port(provider, Options(provider).HttpPort, PortUse.Http, nameof(EndpointOptions.HttpPort), tls);

    private static ListenPort Port(
        IServiceProvider provider,
        int port,
        PortUse use,
        string key,
        Func<BaseConnectionContext, SslServerAuthenticationOptions>? tls) =>
        new(new IPEndPoint(IPAddress.Parse(Options(provider).Address), port), use, $"{EndpointOptions.Section}:{key}", tls);

    private static ListenPort Operators(IServiceProvider provider, int httpPort)
    {
        var options = provider.GetRequiredService<IOptions<OperatorOptions>>().Value;
        return new ListenPort(
            new IPEndPoint(IPAddress.Parse(options.OperatorAddress), options.PortBeside(httpPort)),
            PortUse.Operators,
            $"{OperatorOptions.Section}:{nameof(OperatorOptions.OperatorPort)}");
    }
}
