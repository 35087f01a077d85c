using System.Text.RegularExpressions;
using Google.Api;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server;
using Segmentation.Common.Configuration;
using Segmentation.Common.Tls;
using Segmentation.Gateway.Contract;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Rest;
using Segmentation.Identity;

namespace Segmentation.Gateway.Projects;

/// <summary>Adds projects to a gateway: forwarded to a service of the cluster, or served by this process.</summary>
public static partial class ProjectRoutes
{
    /// <summary>Adds the way to projects in another process. Options: <c>Segmentation:Projects:Address</c>.</summary>
    /// <param name="services">The host's services.</param>
    public static IServiceCollection AddForwardedProjects(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddHttpForwarder();
        services.AddHealthChecks().AddCheck<ProjectsHealth>("projects");
        return services
            .AddClusterTls()
            .AddSection<ForwardedProjectsOptions, ForwardedProjectsOptionsValidator>(ForwardedProjectsOptions.Section)
            .AddSingleton<ProjectsChannel>()
            .AddSingleton<ProjectForwarder>();
    }

    /// <summary>Maps every RPC and route of projects to the service that <see cref="AddForwardedProjects"/> names.</summary>
    /// <param name="app">The gateway.</param>
    public static WebApplication MapForwardedProjects(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        foreach (var method in ProjectContract.Services.SelectMany(service => service.Methods))
        {
            var call = ProjectCall.Of(method);
            app.MapForwarded(call.Name, HttpMethods.Post, call);
            foreach (var rule in RulesOf(method))
            {
                var (path, verb) = HttpRules.RouteOf(rule);
                app.MapForwarded(DotInName().Replace(path, "_"), verb, call);
            }
        }

        foreach (var (verb, path) in ProjectFileRoutes.All)
        {
            app.MapForwarded(path, verb, ProjectCall.OfFile(verb, path));
        }

        return app;
    }

    /// <summary>Maps projects that this process serves itself, behind the same checks.</summary>
    /// <param name="app">The gateway.</param>
    /// <param name="map">Maps the service's endpoints.</param>
    public static WebApplication MapOwnProjects(this WebApplication app, Action<IEndpointRouteBuilder> map)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(map);
        var group = app.MapGroup("");
        ((IEndpointConventionBuilder)group).Finally(Declare);
        map(group);
        return app;
    }

    private static void Declare(EndpointBuilder endpoint)
    {
        var grpc = endpoint.Metadata.OfType<GrpcMethodMetadata>().FirstOrDefault();
        var call = grpc is null ? null : ProjectCall.Of(ProjectContract.Services, grpc.Method.FullName);
        if (call is null)
        {
            var verb = endpoint.Metadata.OfType<IHttpMethodMetadata>().FirstOrDefault()?.HttpMethods[0] ?? HttpMethods.Post;
            call = ProjectCall.OfFile(verb, (endpoint as RouteEndpointBuilder)?.RoutePattern.RawText ?? "");
        }

        endpoint.Metadata.Add(new NeedsAttribute(Scope.Projects));
        endpoint.Metadata.Add(call);
    }

    private static void MapForwarded(this IEndpointRouteBuilder app, string path, string verb, ProjectCall call) => app
        .MapMethods(path, [verb], (ProjectForwarder forwarder, HttpContext context) => forwarder.RunAsync(context, call))
        .WithMetadata(new NeedsAttribute(Scope.Projects), call, StreamedBody.Instance);

    private static IEnumerable<HttpRule> RulesOf(MethodDescriptor method) =>
        method.GetOptions()?.GetExtension(AnnotationsExtensions.Http) is { } rule
            ? rule.AdditionalBindings.Prepend(rule)
            : [];

    /// <summary>A field of a field in a path; routing's names have no dots.</summary>
    [GeneratedRegex(@"(?<=\{[a-z_]+)\.(?=[a-z_]+\})")]
    private static partial Regex DotInName();
}
