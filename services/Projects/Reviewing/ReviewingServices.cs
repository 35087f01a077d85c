namespace Segmentation.Projects.Reviewing;

/// <summary>Adds jobs, verdicts and figures to a host.</summary>
internal static class ReviewingServices
{
    /// <summary>Adds the services.</summary>
    public static IServiceCollection AddReviewing(this IServiceCollection services) => services;

    /// <summary>Maps gRPC services and routes.</summary>
    public static void MapReviewing(this IEndpointRouteBuilder app) => ArgumentNullException.ThrowIfNull(app);
}
