using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;
using Segmentation.Gateway.Access;
using Segmentation.Gateway.Grpc;
using Segmentation.Gateway.Projects;
using Segmentation.Gateway.Quotas;
using Segmentation.Gateway.Responses;
using Segmentation.Gateway.Rest;
using Segmentation.Gateway.Web;

namespace Segmentation.Gateway.Hosting;

/// <summary>
/// Registers the stages before the endpoints: checks of host and origin, compression, the studio's files, gRPC-Web, callers.
/// </summary>
internal static class HttpPipeline
{
    /// <summary>Adds the services of <see cref="UseHttpPipeline"/> and of the REST routes.</summary>
    public static IServiceCollection AddHttpPipeline(this IServiceCollection services)
    {
        services.AddCors();
        services.AddResponseCompression(options => options.MimeTypes = Compression.MediaTypes);
        services.TryAddSingleton(StudioFolder.BesideThisProgram);
        return services
            .AddSection<CrossOriginOptions, CrossOriginOptionsValidator>(CrossOriginOptions.Section)
            .AddSection<HostNameOptions, HostNameOptionsValidator>(HostNameOptions.Section)
            .AddSingleton<CrossOrigins>()
            .AddSingleton<OwnPages>()
            .AddSingleton<IConfigureOptions<CorsOptions>>(provider => provider.GetRequiredService<CrossOrigins>())
            .AddSingleton<MatcherPolicy, AcceptPolicy>()
            .AddSingleton<RestCalls>()
            .AddSingleton<JsonBody>()
            .AddSingleton<RestRequests>()
            .AddSingleton<EntityTags>()
            .AddSingleton<ProjectBodies>()
            .AddSingleton<UploadRoute>()
            .AddSingleton<EmbeddingRoute>()
            .AddSingleton<MaskImageRoute>();
    }

    /// <summary>Adds the stages in their order.</summary>
    public static void UseHttpPipeline(this WebApplication app)
    {
        app.UseStatusCodePages(StatusCodeProblems.ExplainAsync);
        app.UseMiddleware<AllowedHosts>();
        app.UseMiddleware<CrossSite>();
        app.UseWhen(Compression.Pays, branch => branch.UseResponseCompression());
        app.UseStudio();
        app.UseRouting();
        if (app.Services.GetRequiredService<CrossOrigins>().Enabled)
        {
            app.UseCors();
        }

        app.UseWebSockets();
        app.UseGrpcWeb(new GrpcWebOptions { DefaultEnabled = true });
        app.UseMiddleware<AccessStage>();
        app.UseMiddleware<RateLimitHeaders>();
        app.UseMiddleware<GrpcStatuses>();
        app.UseMiddleware<ProjectStage>();
    }
}
