namespace Segmentation.Projects.Access;

/// <summary>Adds what all services share to decide who may do what.</summary>
internal static class RoleServices
{
    /// <summary>Adds roles and leases.</summary>
    public static IServiceCollection AddRoles(this IServiceCollection services) => services
        .AddSingleton<ProjectAccess>()
        .AddSingleton<Leases>();
}
