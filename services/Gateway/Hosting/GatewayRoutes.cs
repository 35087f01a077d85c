using Segmentation.Embeddings;
using Segmentation.Gateway.Everything;
using Segmentation.Gateway.Images;
using Segmentation.Gateway.Segmenting;
using Segmentation.Gateway.Telemetry;
using Segmentation.ServiceDefaults.Hosting;

namespace Segmentation.Gateway.Hosting;

/// <summary>What answers where.</summary>
public static class GatewayRoutes
{
    private static readonly string[] Services = ["segmentation.v1.ImageService", "segmentation.v1.SegmentationService"];
    private static readonly string[] HealthPaths = ["/healthz", "/readyz"];

    /// <summary>
    /// Maps the gRPC services, gRPC health and reflection, what <see cref="OperatorRoutes"/> has and a short
    /// description at <c>/</c>; shows the addresses once they are bound.
    /// </summary>
    public static WebApplication MapGateway(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapGrpcService<ImageEndpoint>();
        app.MapGrpcService<SegmentationEndpoint>();
        app.MapGrpcHealthChecksService();
        app.MapGrpcReflectionService();
        app.MapOperatorRoutes();
        app.MapGet("/", Describe);
        var uploads = app.Services.GetRequiredService<UploadBudget>();
        app.Services.GetRequiredService<GatewayMetrics>().ObserveUploads(() => uploads.Reserved);
        app.Lifetime.ApplicationStarted.Register(() =>
        {
            // Made now, so that its figures are there before the first search.
            app.Services.GetRequiredService<SearchBoard>();
            app.Services.GetRequiredService<StartupBanner>().Show();
        });
        return app;
    }

    private static IResult Describe(ModelIdentity model, HostAddresses addresses) => Results.Json(new
    {
        name = "Segmentation",
        about = "Promptable image segmentation: an image and points or boxes in, masks out.",
        model = model.Id,
        grpc = addresses.Grpc,
        services = Services,
        health = HealthPaths,
    });
}
