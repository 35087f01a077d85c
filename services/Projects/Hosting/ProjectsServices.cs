using Segmentation.Projects.Access;
using Segmentation.Projects.Annotating;
using Segmentation.Projects.Catalogue;
using Segmentation.Projects.Pictures;
using Segmentation.Projects.Reviewing;
using Segmentation.Projects.Runs;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Transfers;
using Segmentation.Projects.Watching;

namespace Segmentation.Projects.Hosting;

/// <summary>Adds projects to a host: the process of its own, or Standalone.</summary>
public static class ProjectsServices
{
    /// <summary>Adds everything but ports, health and the silo.</summary>
    /// <param name="builder">The host; options are read from <c>Segmentation:Projects</c>.</param>
    public static WebApplicationBuilder AddProjects(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddGrpc().AddJsonTranscoding(rest => rest.TypeRegistry = RestTypes.Registry);
        builder.Services.KeepTranscodingToProjects();
        builder.Services
            .AddStorage()
            .AddRoles()
            .AddWatching()
            .AddCatalogue()
            .AddAnnotating()
            .AddPictures()
            .AddRuns()
            .AddReviewing()
            .AddTransfers();
        return builder;
    }

    /// <summary>Maps the gRPC services, their REST form and the routes for files.</summary>
    public static IEndpointRouteBuilder MapProjects(this IEndpointRouteBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapCatalogue();
        app.MapAnnotating();
        app.MapPictures();
        app.MapRuns();
        app.MapReviewing();
        app.MapTransfers();
        return app;
    }
}
