using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Segmentation.Projects.Errors;

/// <summary>
/// Gives a gRPC service of projects its limits and its errors; other services of the host are not touched.
/// </summary>
internal static class ProjectsRpc
{
    /// <summary>Most bytes of a message: operations with their masks, and room for what surrounds them.</summary>
    public const int MaxMessageBytes = (16 * 1024 * 1024) + (64 * 1024);

    /// <summary>Adds a service, which <c>MapGrpcService</c> maps.</summary>
    /// <typeparam name="TService">The implementation, a singleton.</typeparam>
    public static IServiceCollection AddProjectsRpc<TService>(this IServiceCollection services)
        where TService : class
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ProjectsInterceptor>();
        services.TryAddSingleton<TService>();
        services.AddGrpc().AddServiceOptions<TService>(options =>
        {
            options.MaxReceiveMessageSize = MaxMessageBytes;
            options.EnableDetailedErrors = false;
            options.Interceptors.Add<ProjectsInterceptor>();
        });
        return services;
    }
}
