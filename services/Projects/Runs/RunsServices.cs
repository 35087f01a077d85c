using Segmentation.Common.Configuration;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Runs.Grains;
using Segmentation.Projects.Runs.Working;

namespace Segmentation.Projects.Runs;

/// <summary>Adds runs to a host.</summary>
internal static class RunsServices
{
    /// <summary>Adds the service and the work; the grains that do the work come with the silo.</summary>
    public static IServiceCollection AddRuns(this IServiceCollection services) => services
        .AddSection<RunsOptions, RunsOptionsValidator>(RunsOptions.Section)
        .AddSingleton<RunClaims>()
        .AddSingleton<RunSelection>()
        .AddSingleton<RunStates>()
        .AddSingleton<RunSearch>()
        .AddSingleton<RunWriter>()
        .AddSingleton<SearchRules>()
        .AddSingleton<RunMetrics>()
        .AddSingleton<RunRecord>()
        .AddSingleton<RunWaker>()
        .AddProjectsRpc<RunRpc>();

    /// <summary>Maps gRPC services and routes.</summary>
    public static void MapRuns(this IEndpointRouteBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapGrpcService<RunRpc>();
    }
}
