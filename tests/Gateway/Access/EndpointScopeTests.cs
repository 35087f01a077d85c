using System.Reflection;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Segmentation.Gateway.Access;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Gateway.Tests.Rest;
using Segmentation.Identity;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Tests.Access;

/// <summary>Every RPC and every route says who may call it.</summary>
public sealed class EndpointScopeTests
{
    // Whoever adds a route here lets strangers in.
    private static readonly string[] _open =
    [
        "/", "/healthz", "/metrics", "/openapi/v1.json", "/readyz", "/v1/server", "/v1/sign-in", "/v1/sign-out",
        "/grpc.health.v1.Health/Check", "/grpc.health.v1.Health/List", "/grpc.health.v1.Health/Watch",
        "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
    ];

    [Fact]
    public async Task Endpoints_All_DeclareAScopeOrAreOnTheListOfOpenOnes()
    {
        await using var host = await GatewayHost.StartAsync();
        var endpoints = EndpointsOf(host);
        var unimplemented = endpoints.Where(endpoint => endpoint.RoutePattern.GetParameter("unimplementedMethod") is not null);

        var undeclared = endpoints.Where(endpoint => !AccessStage.IsOpen(endpoint) && NeedsOf(endpoint) is null);
        var open = endpoints.Where(AccessStage.IsOpen).Except(unimplemented);

        Assert.Empty(undeclared.Select(endpoint => endpoint.DisplayName));
        Assert.Empty(open.Select(endpoint => endpoint.RoutePattern.RawText).Except(_open));
        Assert.True(endpoints.Count > 20, $"{endpoints.Count} endpoints");
    }

    [Fact]
    public async Task Rpcs_OfEveryProto_AreServedWithTheScopeOfTheirMethod()
    {
        await using var host = await GatewayHost.StartAsync();
        var served = EndpointsOf(host)
            .Where(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>() is not null)
            .ToLookup(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>()!.Method.FullName, NeedsOf);

        var methods = new[] { ImageService.Descriptor, ModelService.Descriptor, SegmentationService.Descriptor }
            .SelectMany(service => service.Methods)
            .Select(method => $"/{method.Service.FullName}/{method.Name}")
            .ToList();

        Assert.Equal(9, methods.Count);
        Assert.All(methods, method => Assert.NotNull(Assert.Single(served[method])));
    }

    /// <summary>
    /// Each method that answers an RPC, found in the assembly and not in what somebody remembered to map.
    /// </summary>
    [Fact]
    public void ServiceMethods_InTheAssembly_AllDeclareAScope()
    {
        var methods = typeof(Caller).Assembly.GetTypes()
            .Where(type => type.BaseType?.GetCustomAttribute<global::Grpc.Core.BindServiceMethodAttribute>() is not null)
            .SelectMany(type => type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .Where(method => method.GetBaseDefinition() != method)
            .ToList();

        Assert.True(methods.Count >= 9);
        Assert.All(methods, method => Assert.NotNull(method.GetCustomAttribute<NeedsAttribute>()));
        Assert.DoesNotContain(
            methods, method => method.GetCustomAttribute<NeedsAttribute>()!.Scope is Scope.Impersonate);
    }

    [Fact]
    public async Task Endpoint_WithoutADeclaration_IsRefusedToEverybody()
    {
        await using var host = await GatewayHost.StartWithAsync(app => app.MapGet("/v1/forgotten", () => "secret"));
        using var client = host.Client();

        var problem = await client.GetAsync("/v1/forgotten", TestContext.Current.CancellationToken).FailsAsync(403);

        Assert.Equal("NOT_OPEN", problem.Reason());
    }

    private static List<RouteEndpoint> EndpointsOf(GatewayHost host) =>
        [.. host.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];

    private static Scope? NeedsOf(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<NeedsAttribute>()?.Scope;
}
