namespace Segmentation.Projects.Pictures;

/// <summary>Adds pictures to a host.</summary>
internal static class PicturesServices
{
    /// <summary>Adds the services.</summary>
    public static IServiceCollection AddPictures(this IServiceCollection services) => services;

    /// <summary>Maps gRPC services and routes.</summary>
    public static void MapPictures(this IEndpointRouteBuilder app) => ArgumentNullException.ThrowIfNull(app);
}
