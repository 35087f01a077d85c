using Segmentation.ServiceDefaults.Hosting;

namespace Segmentation.Projects.Hosting;

/// <summary>Makes projects a process of its own, reached through gateways.</summary>
internal static class ProjectsHost
{
    /// <summary>The HTTP/1.1 port unless <see cref="EndpointOptions.HttpPort"/> says another.</summary>
    public const int HttpPort = 7096;

    /// <summary>Adds projects, health, reflection and both ports.</summary>
    public static WebApplicationBuilder AddProjectsHost(this WebApplicationBuilder builder)
    {
        builder.AddProjects();
        builder.AddProjectSilo();
        builder.Services.AddClusterEndpoints(grpcPort: 7095, HttpPort);
        builder.Services.AddGrpc();
        builder.Services.AddGrpcReflection();
        builder.Services.AddGrpcHealthChecks();
        return builder;
    }

    /// <summary>Maps everything.</summary>
    public static WebApplication MapProjectsHost(this WebApplication app)
    {
        app.UseOperatorPort();
        app.MapProjects();
        app.MapGrpcHealthChecksService();
        app.MapGrpcReflectionService();
        app.MapHealthWords();
        return app;
    }
}
