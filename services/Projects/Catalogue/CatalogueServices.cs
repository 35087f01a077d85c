namespace Segmentation.Projects.Catalogue;

/// <summary>Adds projects, labels and members to a host.</summary>
internal static class CatalogueServices
{
    /// <summary>Adds the services.</summary>
    public static IServiceCollection AddCatalogue(this IServiceCollection services) => services;

    /// <summary>Maps gRPC services and routes.</summary>
    public static void MapCatalogue(this IEndpointRouteBuilder app) => ArgumentNullException.ThrowIfNull(app);
}
