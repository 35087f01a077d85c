using Segmentation.Doors.OpenInference;
using Segmentation.Gateway.Access;
using Segmentation.Gateway.Answers;
using Segmentation.Gateway.Choosing;
using Segmentation.Gateway.Doors;
using Segmentation.Gateway.Everything;
using Segmentation.Gateway.Grpc;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.ModelFiles;
using Segmentation.Gateway.OpenApi;
using Segmentation.Gateway.Quotas;
using Segmentation.Gateway.Receiving;
using Segmentation.Gateway.Rest;
using Segmentation.Gateway.Scaling;
using Segmentation.Gateway.SignIn;
using Segmentation.Gateway.Telemetry;
using Segmentation.Gateway.WebSockets;
using Segmentation.Identity;
using Segmentation.Identity.Quotas;
using Segmentation.ServiceDefaults.Hosting;

namespace Segmentation.Gateway.Hosting;

/// <summary>Maps all routes of the gateway.</summary>
public static class GatewayRoutes
{
    private static readonly string[] _services =
    [
        "segmentation.v1.ImageService", "segmentation.v1.ModelService", "segmentation.v1.SegmentationService",
        "segmentation.v1.UsageService",
    ];

    private static readonly string[] _healthPaths = ["/healthz", "/readyz"];

    private const string Docs = "/docs";

    /// <summary>
    /// Maps the gRPC services, also as gRPC-Web and REST, live sessions as WebSockets, gRPC health and reflection, what
    /// <see cref="OperatorRoutes"/> have, and the studio at <c>/</c>, or a short description where it was not built;
    /// shows the addresses once they are bound.
    /// </summary>
    public static WebApplication MapGateway(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseOperatorPort();
        app.UseScaling();
        app.UseHttpPipeline();
        app.MapGrpcService<ImageEndpoint>();
        app.MapGrpcService<ModelEndpoint>();
        app.MapGrpcService<SegmentationEndpoint>();
        app.MapGrpcService<UsageEndpoint>();
        app.MapGrpcHealthChecksService().AllowAnonymous();
        app.MapGrpcReflectionService().AllowAnonymous();
        app.MapHealthWords();
        app.MapRest();
        app.MapModel();
        app.MapKeys();
        app.MapApiDocument();
        app.MapSignIn();
        app.MapDoors();
        if (app.Services.GetService<OpenInferenceDoor>() is not null)
        {
            app.MapGrpcService<OpenInferenceEndpoint>();
        }

        app.Map(WebSocketRoute.Path, (WebSocketRoute route, HttpContext context) => route.RunAsync(context))
            .WithMetadata(new NeedsAttribute(Scope.Segment));
        app.MapGet("/", Describe).AllowAnonymous();
        var uploads = app.Services.GetRequiredService<UploadBudget>();
        app.Services.GetRequiredService<GatewayMetrics>().ObserveUploads(() => uploads.Held);
        var answers = app.Services.GetRequiredService<AnswerBudget>();
        app.Services.GetRequiredService<GatewayMetrics>().ObserveAnswers(() => answers.Held);
        var searches = app.Services.GetRequiredService<SearchRegistry>();
        var found = app.Services.GetRequiredService<CandidateMemoryBudget>();
        app.Services.GetRequiredService<EverythingMetrics>().Observe(() => searches.Count, () => found.Held);
        var ledger = app.Services.GetRequiredService<QuotaLedger>();
        app.Services.GetRequiredService<QuotaMetrics>().Observe(() => ledger.IsAlone);
        app.Lifetime.ApplicationStarted.Register(() => app.Services.GetRequiredService<StartupBanner>().Show());
        return app;
    }

    private static IResult Describe(ModelDirectory models, HostAddresses addresses) => Results.Json(new
    {
        name = "Segmentation",
        about = "Promptable image segmentation: an image and points or boxes in, masks out.",
        studio = "This server was built without the studio: Node.js was missing, or it was left out. All else is here.",
        models = models.All.Select(model => model.Id),
        grpc = addresses.Grpc,
        services = _services,
        rest = Docs,
        health = _healthPaths,
    });
}
