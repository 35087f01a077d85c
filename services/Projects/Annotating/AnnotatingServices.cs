using Microsoft.Extensions.DependencyInjection.Extensions;
using Segmentation.Projects.Errors;

namespace Segmentation.Projects.Annotating;

/// <summary>Adds annotations to a host.</summary>
internal static class AnnotatingServices
{
    /// <summary>Adds the services.</summary>
    public static IServiceCollection AddAnnotating(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        return services
            .AddSingleton<AnnotatingMetrics>()
            .AddSingleton<AnnotationWriter>()
            .AddSingleton<TenantWatchers>()
            .AddSingleton<PictureWatch>()
            .AddProjectsRpc<AnnotationEndpoint>();
    }

    /// <summary>Maps gRPC services and routes.</summary>
    public static void MapAnnotating(this IEndpointRouteBuilder app) => app.MapGrpcService<AnnotationEndpoint>();
}
