using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;
using Segmentation.Doors.Hosting;
using Segmentation.Gateway.Access;
using Segmentation.Gateway.Answers;
using Segmentation.Gateway.Choosing;
using Segmentation.Gateway.Doors;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Everything;
using Segmentation.Gateway.Grpc;
using Segmentation.Gateway.Images;
using Segmentation.Gateway.Lifetime;
using Segmentation.Gateway.Quotas;
using Segmentation.Gateway.Receiving;
using Segmentation.Gateway.Routing.Hedging;
using Segmentation.Gateway.Routing.Silos;
using Segmentation.Gateway.Segmenting;
using Segmentation.Gateway.SignIn;
using Segmentation.Gateway.Streaming;
using Segmentation.Gateway.Telemetry;
using Segmentation.Gateway.WebSockets;
using Segmentation.ServiceDefaults.Hosting;
using SessionOptions = Segmentation.Gateway.Streaming.SessionOptions;

namespace Segmentation.Gateway.Hosting;

/// <summary>Adds the public edge to a host.</summary>
public static class GatewayServices
{
    /// <summary>Default of <see cref="EndpointOptions.HttpPort"/>, the HTTP/1.1 port.</summary>
    public const int HttpPort = 7081;

    /// <summary>
    /// Adds the gRPC services, their limits, both ports, health and reflection. The host adds the services that they
    /// use: <c>IEmbeddingStore</c>, <c>IImageEncoder</c>, <c>ServedModels</c>, and an Orleans silo or client.
    /// </summary>
    /// <param name="builder">The host; options are read from its sections <c>Segmentation:Endpoints</c>,
    /// <c>Segmentation:Uploads</c>, <c>Segmentation:Answers</c>, <c>Segmentation:Connections</c>,
    /// <c>Segmentation:Sessions</c>, <c>Segmentation:Everything</c>, <c>Segmentation:ModelChoice</c>,
    /// <c>Segmentation:Cors</c>, <c>Segmentation:Identity</c>, <c>Segmentation:Quotas</c> and <c>Segmentation:Doors</c>,
    /// and validated when it starts.</param>
    public static WebApplicationBuilder AddGateway(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services
            .AddGatewayOptions()
            .AddModels()
            .AddQuotas(builder.Configuration)
            .AddImages()
            .AddSegmenting()
            .AddSessions()
            .AddEverything()
            .AddHttpPipeline()
            .AddAccess(builder.Configuration)
            .AddSignIn(builder.Configuration)
            .AddDoors(builder.Configuration)
            .AddDoorAccess()
            .AddEdge();
        return builder;
    }

    private static IServiceCollection AddGatewayOptions(this IServiceCollection services) => services
        .AddSection<UploadOptions, UploadOptionsValidator>(UploadOptions.Section)
        .AddSection<ConnectionOptions, ConnectionOptionsValidator>(ConnectionOptions.Section)
        .AddSection<AnswerOptions, AnswerOptionsValidator>(AnswerOptions.Section)
        .AddSection<SessionOptions, SessionOptionsValidator>(SessionOptions.Section)
        .AddSection<SearchOptions, SearchOptionsValidator>(SearchOptions.Section);

    private static IServiceCollection AddModels(this IServiceCollection services)
    {
        services.TryAddSingleton<IModelReadiness, AlwaysServed>();
        return services
            .AddSection<ModelChoiceOptions, ModelChoiceOptionsValidator>(ModelChoiceOptions.Section)
            .AddSingleton<ModelDirectory>()
            .AddSingleton<ModelMessages>()
            .AddSingleton<ModelEndpoint>();
    }

    private static IServiceCollection AddImages(this IServiceCollection services) => services
        .AddSingleton<UploadBudget>()
        .AddSingleton<IntakeRegistry>()
        .AddSingleton<CheckedBodies>()
        .AddHostedService<MemoryReclaimer>()
        .AddSingleton<SiloImageClient>()
        .AddSingleton<ImageLibrary>()
        .AddSingleton<ImageUpload>()
        .AddSingleton<ImageEndpoint>();

    private static IServiceCollection AddSegmenting(this IServiceCollection services) => services
        .AddSingleton<SiloSelector>()
        .AddSingleton<LatencyTracker>()
        .AddSingleton<HedgeBudget>()
        .AddSingleton<HedgedDecoder>()
        .AddSingleton<ImageEvictor>()
        .AddSingleton<SiloDecodeClient>()
        .AddSingleton<AnswerBudget>()
        .AddSingleton<AnswerWatch>()
        .AddSingleton<AnswerSender>()
        .AddSingleton<SlicedDecoder>()
        .AddSingleton<UnarySegmentation>()
        .AddSingleton<SegmentationEndpoint>();

    private static IServiceCollection AddSessions(this IServiceCollection services) => services
        .AddSingleton<ServerDrain>()
        .AddSingleton(provider => TimesOf(provider.GetRequiredService<IOptions<SessionOptions>>().Value))
        .AddSingleton<SessionCredential>()
        .AddSingleton<ImageOpener>()
        .AddSingleton<ReplayingDecoder>()
        .AddSingleton<TenantSessions>()
        .AddSingleton<SessionHost>()
        .AddSingleton<WebSocketRoute>();

    private static IServiceCollection AddEverything(this IServiceCollection services) => services
        .AddSingleton<RequestParser>()
        .AddSingleton<CropLibrary>()
        .AddSingleton<CandidateMemoryBudget>()
        .AddSingleton<PartDispatcher>()
        .AddSingleton<SearchRunner>()
        .AddSingleton<SearchRegistry>()
        .AddSingleton<EverythingStream>()
        .AddSingleton<UsageEndpoint>();

    private static IServiceCollection AddEdge(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(OwnSilo);
        services.AddMetrics();
        services.AddGrpc();
        services.AddReflectedTypes();
        services.AddGrpcReflection();
        services.AddGrpcHealthChecks(options =>
        {
            options.Services.Map("segmentation.v1.ImageService", _ => true);
            options.Services.Map("segmentation.v1.ModelService", _ => true);
            options.Services.Map("segmentation.v1.SegmentationService", _ => true);
            options.Services.Map("segmentation.v1.UsageService", _ => true);
        });
        services.TryAddSingleton<GatewayMetrics>();
        services.TryAddSingleton<EverythingMetrics>();
        return services
            .AddSingleton<UnexpectedErrors>()
            .AddSingleton<ErrorInterceptor>()
            .AddSingleton<StartupBanner>()
            .AddSingleton<GrpcLimits>()
            .AddSingleton<IConfigureOptions<GrpcServiceOptions>, GrpcLimits>()
            .AddSingleton<ConnectionGate>()
            .AddSingleton(provider => new ConnectionStage(provider.GetRequiredService<ConnectionGate>().HandleAsync))
            .AddEndpoints(grpcPort: 7080, HttpPort)
            .AddSingleton<IConfigureOptions<KestrelServerOptions>, GrpcLimits>();
    }

    private static ExpiryTimes TimesOf(SessionOptions options) => new(options.ExpiryGrace, options.ExpiryNotice);

    /// <summary>Makes this process the only silo, for hosts without a cluster.</summary>
    private static SiloRegistry OwnSilo(IServiceProvider services)
    {
        var silos = new SiloRegistry(services.GetRequiredService<TimeProvider>());
        silos.Add(new SiloState(services.GetRequiredService<IGrainFactory>(), null));
        return silos;
    }
}
