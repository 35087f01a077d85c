using Segmentation.Gateway.Hosting;
using Segmentation.Projects.Hosting;
using Segmentation.Projects.Segmenting;
using Segmentation.ServiceDefaults.Hosting;

namespace Segmentation.Standalone;

/// <summary>Projects in the same process as the gateway that stands before them and that they ask for masks.</summary>
internal static class OwnProjects
{
    /// <summary>Adds projects; the silo adds their grains.</summary>
    public static WebApplicationBuilder AddOwnProjects(this WebApplicationBuilder builder)
    {
        builder.AddProjectsBeside();
        builder.Services
            .AddInProcessPort()
            .AddSingleton(new BannerLine("Projects", builder.Configuration.ProjectsPlace()))
            .UseGateway(provider => new GatewayConnection(
                InProcessPort.Address, Handler: provider.GetRequiredService<InProcessPort>().CreateHandler));
        return builder;
    }
}
