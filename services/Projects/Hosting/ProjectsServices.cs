using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Segmentation.Projects.Access;
using Segmentation.Projects.Annotating;
using Segmentation.Projects.Catalogue;
using Segmentation.Projects.Configuration;
using Segmentation.Projects.Pictures;
using Segmentation.Projects.Reviewing;
using Segmentation.Projects.Runs;
using Segmentation.Projects.Segmenting;
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
        builder.Services.AddGrpc().AddJsonTranscoding(rest =>
        {
            // As the gateway writes its own answers.
            rest.JsonSettings = new GrpcJsonSettings { IgnoreDefaultValues = true, WriteInt64sAsStrings = true };
            rest.TypeRegistry = RestTypes.Registry;
        });
        builder.Services.KeepTranscodingToProjects();
        builder.Services
            .AddStorage()
            .AddRoles()
            .AddWatching()
            .AddSegmenting()
            .AddCatalogue()
            .AddAnnotating()
            .AddPictures()
            .AddRuns()
            .AddReviewing()
            .AddTransfers()
            .AddHostedService<FirstScrape>();
        return builder;
    }

    /// <summary>
    /// Adds projects to a host that has much else to do: an SQLite file is opened with the first call of projects, and
    /// one that cannot be used is a problem of projects only.
    /// </summary>
    /// <param name="builder">The host.</param>
    public static WebApplicationBuilder AddProjectsBeside(this WebApplicationBuilder builder)
    {
        builder.AddProjects();
        builder.Services.Configure<ProjectsOptions>(options => options.OpensWhenUsed = true);
        return builder;
    }

    /// <summary>Names the place where projects are stored, for people: the SQLite file, or PostgreSQL.</summary>
    /// <param name="configuration">The host's settings.</param>
    public static string ProjectsPlace(this IConfiguration configuration)
    {
        var options = new ProjectsOptions();
        configuration.GetSection(ProjectsOptions.Section).Bind(options);
        return string.IsNullOrEmpty(options.ConnectionString) ? Path.GetFullPath(options.DataFolder) : "PostgreSQL";
    }

    /// <summary>Maps the gRPC services, their REST form and the routes for files.</summary>
    public static IEndpointRouteBuilder MapProjects(this IEndpointRouteBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var group = app.MapGroup("");
        ((IEndpointConventionBuilder)group).Finally(DatabaseStart.Await);
        app = group;
        app.MapCatalogue();
        app.MapAnnotating();
        app.MapPictures();
        app.MapRuns();
        app.MapReviewing();
        app.MapTransfers();
        return app;
    }
}
