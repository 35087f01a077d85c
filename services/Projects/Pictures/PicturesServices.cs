using Microsoft.Extensions.Options;
using Segmentation.Projects.Configuration;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Objects;
using Segmentation.Projects.Pictures.Changing;
using Segmentation.Projects.Pictures.Files;
using Segmentation.Projects.Pictures.Handing;
using Segmentation.Projects.Pictures.Intake;
using Segmentation.Projects.Pictures.Listing;
using Segmentation.Projects.Pictures.Routes;
using Segmentation.Projects.Pictures.SourceFiles;
using Segmentation.Projects.Pictures.Sources;

namespace Segmentation.Projects.Pictures;

/// <summary>Adds pictures to a host.</summary>
internal static class PicturesServices
{
    /// <summary>Folder of the data folder in which objects lie where no bucket is named.</summary>
    private const string ObjectFolder = "objects";

    /// <summary>Adds the services.</summary>
    public static IServiceCollection AddPictures(this IServiceCollection services) => services
        .AddObjects(provider => Path.GetFullPath(
            Path.Combine(provider.GetRequiredService<IOptions<ProjectsOptions>>().Value.DataFolder, ObjectFolder)))
        .AddSingleton<PictureSources>()
        .AddSingleton<PictureFiles>()
        .AddSingleton<Thumbnails>()
        .AddSingleton<HandOuts>()
        .AddSingleton<PictureLookup>()
        .AddSingleton<PictureLists>()
        .AddSingleton<PictureChanges>()
        .AddSingleton<PictureRemoval>()
        .AddSingleton<PicturePurge>()
        .AddHostedService(provider => provider.GetRequiredService<PicturePurge>())
        .AddSingleton<PictureMetrics>()
        .AddSingleton<EmbeddingsAhead>()
        .AddHostedService(provider => provider.GetRequiredService<EmbeddingsAhead>())
        .AddSingleton<NextPictures>()
        .AddSingleton<PictureLeases>()
        .AddSingleton<SourcePass>()
        .AddSingleton<SourceIndexer>()
        .AddHostedService(provider => provider.GetRequiredService<SourceIndexer>())
        .AddSingleton<SourceCatalogue>()
        .AddSingleton<TenantStorage>()
        .AddSingleton<FileReceiver>()
        .AddSingleton<PictureIntake>()
        .AddSingleton<PictureUploads>()
        .AddProjectsRpc<PictureGrpcService>();

    /// <summary>Maps gRPC services and routes.</summary>
    public static void MapPictures(this IEndpointRouteBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapGrpcService<PictureGrpcService>();
        app.MapUploadRoute();
        app.MapFileRoutes();
    }
}
