namespace Segmentation.Projects.Transfers;

/// <summary>Adds imports, exports and backups to a host.</summary>
internal static class TransfersServices
{
    /// <summary>Adds the services.</summary>
    public static IServiceCollection AddTransfers(this IServiceCollection services) => services;

    /// <summary>Maps gRPC services and routes.</summary>
    public static void MapTransfers(this IEndpointRouteBuilder app) => ArgumentNullException.ThrowIfNull(app);
}
