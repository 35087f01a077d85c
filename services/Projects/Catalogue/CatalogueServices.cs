using Segmentation.Projects.Errors;

namespace Segmentation.Projects.Catalogue;

/// <summary>Adds projects, labels and members to a host.</summary>
internal static class CatalogueServices
{
    /// <summary>Adds the services.</summary>
    public static IServiceCollection AddCatalogue(this IServiceCollection services) => services
        .AddSingleton<ProjectBook>()
        .AddSingleton<LabelBook>()
        .AddSingleton<MemberBook>()
        .AddSingleton<ProjectPurge>()
        .AddHostedService(provider => provider.GetRequiredService<ProjectPurge>())
        .AddProjectsRpc<ProjectEndpoint>();

    /// <summary>Maps gRPC services and routes.</summary>
    public static void MapCatalogue(this IEndpointRouteBuilder app) => app.MapGrpcService<ProjectEndpoint>();
}
