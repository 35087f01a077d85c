using Segmentation.Projects.Errors;
using Segmentation.Projects.Reviewing.Audits;
using Segmentation.Projects.Reviewing.Figures;
using Segmentation.Projects.Reviewing.Issues;
using Segmentation.Projects.Reviewing.Jobs;
using Segmentation.Projects.Reviewing.Verdicts;

namespace Segmentation.Projects.Reviewing;

/// <summary>Adds jobs, verdicts and figures to a host.</summary>
internal static class ReviewingServices
{
    /// <summary>Adds the services.</summary>
    public static IServiceCollection AddReviewing(this IServiceCollection services) => services
        .AddSingleton<ReplicaComparison>()
        .AddSingleton<JobFinisher>()
        .AddSingleton<Judge>()
        .AddSingleton<IssueBook>()
        .AddSingleton<Auditor>()
        .AddSingleton<AgreementReader>()
        .AddSingleton<FigureReadings>()
        .AddProjectsRpc<JobEndpoint>()
        .AddProjectsRpc<ReviewEndpoint>();

    /// <summary>Maps gRPC services and routes.</summary>
    public static void MapReviewing(this IEndpointRouteBuilder app)
    {
        app.MapGrpcService<JobEndpoint>();
        app.MapGrpcService<ReviewEndpoint>();
    }
}
