using Segmentation.Common.Configuration;
using Segmentation.Encoder.Configuration;
using Segmentation.Encoder.Parity;
using Segmentation.Encoder.Receiving;
using Segmentation.Encoder.Telemetry;
using Segmentation.Models;
using Segmentation.Protocol.Encoder.V1;
using Segmentation.ServiceDefaults.Hosting;

namespace Segmentation.Encoder.Hosting;

/// <summary>Makes an encoder a process of its own, reached by gRPC.</summary>
public static class EncoderHost
{
    /// <summary>The HTTP/1.1 port unless <see cref="EndpointOptions.HttpPort"/> says another.</summary>
    public const int HttpPort = 7091;

    /// <summary>
    /// Adds the encoder, its gRPC service, health, reflection and both ports. The host adds an
    /// <c>IEmbeddingStore</c>. Options: <see cref="EncoderOptions"/> and <see cref="EndpointOptions"/>.
    /// </summary>
    /// <param name="builder">The host.</param>
    /// <param name="models">The models.</param>
    public static WebApplicationBuilder AddEncoderHost(this WebApplicationBuilder builder, ServedModels models)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(models);
        builder.Services
            .AddSingleton(models)
            .AddModelNotices(models)
            .AddHostedService<StartupSelfTest>()
            .AddEncoder(models);
        return builder.AddEncoderHost();
    }

    /// <summary>
    /// Maps the gRPC service, gRPC health and reflection, and what <see cref="OperatorRoutes"/> have.
    /// </summary>
    /// <param name="app">The host.</param>
    public static WebApplication MapEncoder(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseOperatorPort();
        app.MapGrpcService<EncoderEndpoint>();
        app.MapGrpcHealthChecksService();
        app.MapGrpcReflectionService();
        app.MapHealthWords();
        var received = app.Services.GetRequiredService<ReceiveBudget>();
        app.Services.GetRequiredService<EncoderMetrics>().ObserveReceiving(() => received.Held);
        app.Lifetime.ApplicationStarted.Register(() =>
        {
            var addresses = app.Services.GetRequiredService<HostAddresses>();
            EncoderLog.Listening(app.Logger, addresses.Grpc, addresses.Http, addresses.Operators);
        });
        return app;
    }

    /// <summary>Everything but the encoder itself.</summary>
    internal static WebApplicationBuilder AddEncoderHost(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSection<ReceivingOptions, ReceivingOptionsValidator>(EncoderOptions.Section);
        services.AddSingleton<ReceiveBudget>().AddSingleton<ImageReceiver>().AddSingleton<EncoderEndpoint>();
        services.AddClusterEndpoints(grpcPort: 7090, HttpPort);
        services.AddGrpc();
        services.AddGrpcReflection();
        services.AddGrpcHealthChecks(options => options.Services.Map(EncoderService.Descriptor.FullName, _ => true));
        return builder;
    }
}
