namespace Segmentation.Projects.Runs;

/// <summary>Adds runs to a host.</summary>
internal static class RunsServices
{
    /// <summary>Adds the services.</summary>
    public static IServiceCollection AddRuns(this IServiceCollection services) => services;

    /// <summary>Maps gRPC services and routes.</summary>
    public static void MapRuns(this IEndpointRouteBuilder app) => ArgumentNullException.ThrowIfNull(app);
}
