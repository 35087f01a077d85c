using Segmentation.Gateway.Grpc;
using Segmentation.Gateway.Identity;
using Segmentation.Identity;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Rest;

/// <summary>The REST interface.</summary>
internal static class RestRoutes
{
    /// <summary>Maps the RPCs that have an annotation, uploads, and answers that are not JSON.</summary>
    public static void MapRest(this IEndpointRouteBuilder app)
    {
        ImageService.BindService(
            new RestBinder(app, ImageService.Descriptor, typeof(ImageEndpoint)),
            app.ServiceProvider.GetRequiredService<ImageEndpoint>());
        SegmentationService.BindService(
            new RestBinder(app, SegmentationService.Descriptor, typeof(SegmentationEndpoint)),
            app.ServiceProvider.GetRequiredService<SegmentationEndpoint>());
        ModelService.BindService(
            new RestBinder(app, ModelService.Descriptor, typeof(ModelEndpoint)),
            app.ServiceProvider.GetRequiredService<ModelEndpoint>());
        UsageService.BindService(
            new RestBinder(app, UsageService.Descriptor, typeof(UsageEndpoint)),
            app.ServiceProvider.GetRequiredService<UsageEndpoint>());
        app.MapGet(ServerPorts.Path, ServerPorts.Of).AllowAnonymous();
        AboutServer.Map(app);
        app.MapPost("/v1/images", (UploadRoute route, HttpContext context) => route.PostAsync(context))
            .WithMetadata(new NeedsAttribute(Scope.Upload));
        app.MapGet(
                "/v1/images/{id}/embedding",
                (EmbeddingRoute route, HttpContext context, string id) => route.GetAsync(context, id))
            .WithMetadata(new AlternativeMediaType("application/octet-stream"), new NeedsAttribute(Scope.Read));
        app.MapGet(
                "/v1/images/{id}/mask",
                (MaskImageRoute pictures, HttpContext context, string id) => pictures.GetAsync(context, id))
            .WithMetadata(new NeedsAttribute(Scope.Segment));
        foreach (var path in new[] { "/v1/segment", "/v1/images/{image_id}:segment" })
        {
            app.MapPost(path, (MaskImageRoute pictures, HttpContext context) => pictures.PostAsync(context))
                .WithMetadata(new AlternativeMediaType(MaskImageRoute.Png), new NeedsAttribute(Scope.Segment));
        }
    }
}
