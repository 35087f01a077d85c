using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Segmentation.Standalone.Tests.Metrics;

namespace Segmentation.Standalone.Tests;

/// <summary>RPCs and routes of projects, where they are served and where they are forwarded.</summary>
public sealed partial class ForwardedRoutesTests
{
    [Fact]
    public async Task Routes_OfProjects_AreThoseThatGatewaysForward()
    {
        await using var standalone = Composition.Standalone();
        await using var gateway = Composition.Gateway();

        var served = RoutesOf(standalone);

        Assert.Contains("POST /segmentation.projects.v1.ProjectService/GetProject", served);
        Assert.Contains("PATCH /v1/projects/{}/uploads/{}", served);
        Assert.Equal(served, RoutesOf(gateway));
    }

    private static List<string> RoutesOf(IEndpointRouteBuilder app) =>
    [
        .. app.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.GetParameter("unimplementedMethod") is null)
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods
                .Select(method => $"{method} /{Variable().Replace(endpoint.RoutePattern.RawText!.Trim('/'), "{}")}") ?? [])
            .Where(route => route.Contains("projects", StringComparison.Ordinal))
            .Distinct().Order(StringComparer.Ordinal),
    ];

    /// <summary>Names of variables differ: routing has no dots in them.</summary>
    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Variable();
}
