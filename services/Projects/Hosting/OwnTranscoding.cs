using Grpc.AspNetCore.Server.Model;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Hosting;

/// <summary>
/// Keeps JSON transcoding to the services of segmentation.projects.v1. The framework adds routes for every service of
/// the process; in Standalone the gateway's services have routes of their own.
/// </summary>
internal static class OwnTranscoding
{
    /// <summary>Replaces the framework's provider of routes, which <c>AddJsonTranscoding</c> has added.</summary>
    public static IServiceCollection KeepTranscodingToProjects(this IServiceCollection services)
    {
        var added = services.Last(service => service.ServiceType == typeof(IServiceMethodProvider<>)
            && service.ImplementationType?.Name.StartsWith("JsonTranscoding", StringComparison.Ordinal) == true);
        services.Remove(added);
        services.AddSingleton(new TranscodingProvider(added.ImplementationType!));
        return services.AddSingleton(typeof(IServiceMethodProvider<>), typeof(ProjectMethods<>));
    }

    /// <summary>The framework's provider of routes.</summary>
    /// <param name="Type">The open generic type.</param>
    private sealed record TranscodingProvider(Type Type);

    /// <summary>Adds the routes of a service of projects, and none of another service.</summary>
    private sealed class ProjectMethods<TService>(TranscodingProvider provider, IServiceProvider services)
        : IServiceMethodProvider<TService>
        where TService : class
    {
        public void OnServiceMethodDiscovery(ServiceMethodProviderContext<TService> context)
        {
            if (IsOfProjects(typeof(TService)))
            {
                var inner = ActivatorUtilities.CreateInstance(
                    services, provider.Type.MakeGenericType(typeof(TService)));
                ((IServiceMethodProvider<TService>)inner).OnServiceMethodDiscovery(context);
            }
        }

        private static bool IsOfProjects(Type service)
        {
            for (var type = service; type is not null; type = type.BaseType)
            {
                if (type.Namespace == typeof(ProjectService).Namespace)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
