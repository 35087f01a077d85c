using System.Net;
using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;
using Segmentation.Common.Tls;
using Segmentation.Redis;
using Segmentation.ServiceDefaults.Hosting;

namespace Segmentation.Gateway.Scaling;

/// <summary>Adds what tells KEDA how many encoders are needed.</summary>
public static class ScalingServices
{
    /// <summary>
    /// Adds KEDA's external scaler on a port of its own, where section <c>Segmentation:Scaling</c> names one. Called
    /// before the other ports are added, with <c>AddGrpcImageEncoder</c>.
    /// </summary>
    /// <param name="builder">The host.</param>
    public static WebApplicationBuilder AddScaling(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSection<ScalingOptions, ScalingOptionsValidator>(ScalingOptions.Section);
        if (!IsOn(builder.Configuration))
        {
            return builder;
        }

        builder.Services
            .AddClusterTls()
            .AddRedisAccess()
            .AddSingleton(Port)
            .AddSingleton<IWorkBoard, RedisWorkBoard>()
            .AddSingleton<ExternalScalerEndpoint>()
            .AddSingleton<SharedWork>()
            .AddHostedService(provider => provider.GetRequiredService<SharedWork>());
        return builder;
    }

    /// <summary>
    /// Answers all requests to the scaler's port, before any other stage. No other port answers its methods. Called
    /// before any other stage is added.
    /// </summary>
    /// <param name="app">The host.</param>
    public static WebApplication UseScaling(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        if (IsOn(app.Configuration))
        {
            app.MapWhen(ScalerPort.Has, port =>
            {
                port.UseRouting();
                port.UseEndpoints(routes => routes.MapGrpcService<ExternalScalerEndpoint>());
            });
            app.Lifetime.ApplicationStarted.Register(
                () => ScalingLog.Listening(app.Logger, app.Services.GetRequiredService<HostAddresses>().Scaler!));
        }

        return app;
    }

    private static bool IsOn(IConfiguration configuration) =>
        configuration.GetSection(ScalingOptions.Section)[nameof(ScalingOptions.Port)] is { Length: > 0 };

    private static ListenPort Port(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<ScalingOptions>>().Value;
        var tls = provider.GetRequiredService<ClusterTls>();
        return new ListenPort(
            new IPEndPoint(IPAddress.Parse(options.Address), options.Port ?? 0),
            PortUse.Scaler,
            $"{ScalingOptions.Section}:{nameof(ScalingOptions.Port)}",
            tls.IsOn ? _ => tls.Server() : null);
    }
}
