namespace Segmentation.Projects.Annotating;

/// <summary>Adds annotations to a host.</summary>
internal static class AnnotatingServices
{
    /// <summary>Adds the services.</summary>
    public static IServiceCollection AddAnnotating(this IServiceCollection services) => services;

    /// <summary>Maps gRPC services and routes.</summary>
    public static void MapAnnotating(this IEndpointRouteBuilder app) => ArgumentNullException.ThrowIfNull(app);
}
