using System.Text.Json;
using Google.Protobuf.Reflection;
using Grpc.Net.Client;
using Grpc.Reflection.V1Alpha;

namespace Segmentation.Security.Tests;

/// <summary>
/// Every RPC and every route that a running server says it has, so that a new one is in the tests by itself: RPCs from
/// its reflection, routes from its OpenAPI document, those of open doors from their
/// list.
/// </summary>
internal static class ServedEndpoints
{
    /// <summary>An id in the right form of an image that nobody has.</summary>
    public const string NoImage = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

    /// <summary>
    /// Endpoints that need a credential and no scope: a caller's own figures, the server's version, and
    /// descriptions of the models.
    /// </summary>
    public static IReadOnlyList<string> OfAnyCaller { get; } =
    [
        "/v1/about", "/v1/usage", "/segmentation.v1.UsageService/GetUsage",
        "/v1/models", $"/v1/models/{NoImage}",
        "/segmentation.v1.ModelService/ListModels", "/segmentation.v1.ModelService/GetModel",
        Doors,
        "/doors/cvat/api/functions", $"/doors/cvat/api/functions/{NoImage}",
        "/doors/cvat:{port}/api/functions", $"/doors/cvat:{{port}}/api/functions/{NoImage}",
        "/doors/label-studio/", "/doors/label-studio/health",
        "/doors/open-inference/v2", "/doors/open-inference/v2/health/live", "/doors/open-inference/v2/health/ready",
        $"/doors/open-inference/v2/models/{NoImage}", $"/doors/open-inference/v2/models/{NoImage}/ready",
        $"/doors/open-inference/v2/models/{NoImage}/versions/{NoImage}",
        $"/doors/open-inference/v2/models/{NoImage}/versions/{NoImage}/ready",
        "/inference.GRPCInferenceService/ServerLive", "/inference.GRPCInferenceService/ServerReady",
        "/inference.GRPCInferenceService/ServerMetadata", "/inference.GRPCInferenceService/ModelReady",
        "/inference.GRPCInferenceService/ModelMetadata",
        "/doors/samapi/sam/version/", "/doors/samapi/sam/weights/", "/doors/samapi/sam/progress/",
        "/doors/samgeo/health", "/doors/samgeo/models",
        "/doors/x-anylabeling/health", "/doors/x-anylabeling/v1/models", $"/doors/x-anylabeling/v1/models/{NoImage}/info",
    ];

    private const string OpenDocument = "openapi/v1.json";
    private const string Doors = "/doors";

    /// <summary>Asks a server for all of them.</summary>
    public static async Task<IReadOnlyList<Endpoint>> OfAsync(SecuredServer server, CancellationToken cancellationToken)
    {
        using var channel = server.Channel(null);
        using var client = server.Client(null);
        var rpcs = await RpcsAsync(channel, cancellationToken);
        using var document = JsonDocument.Parse(await client.GetStringAsync(OpenDocument, cancellationToken));
        Way[] ways = [Way.Grpc, Way.GrpcWeb, Way.GrpcWebText, Way.GrpcWebOverHttp2];
        return
        [
            .. rpcs.SelectMany(path => ways.Select(way => new Endpoint(way, "POST", path))),
            .. document.RootElement.GetProperty("paths").EnumerateObject().SelectMany(Routes),
            .. await DoorsAsync(server, cancellationToken),
        ];
    }

    private static async Task<IEnumerable<Endpoint>> DoorsAsync(SecuredServer server, CancellationToken cancellationToken)
    {
        using var client = server.Client(server.Keys.OfAnna);
        using var list = JsonDocument.Parse(await client.GetStringAsync(new Uri(Doors, UriKind.Relative), cancellationToken));
        var routes = list.RootElement.GetProperty("doors").EnumerateArray()
            .SelectMany(door => door.GetProperty("routes").EnumerateArray())
            .Select(route => (Method: route.GetProperty("method").GetString()!, Path: Filled(route.GetProperty("path").GetString()!)))
            .Prepend((Method: "GET", Path: Doors))
            .ToArray();
        Way[] ways = [Way.Rest, Way.RestOverHttp2];
        return [.. routes.SelectMany(route => ways.Select(way => new Endpoint(way, route.Method, route.Path)))];
    }

    private static string Filled(string path) => string.Join(
        '/', path.Split('/').Select(part => part.StartsWith('{') ? NoImage + part[(part.IndexOf('}') + 1)..] : part));

    private static IEnumerable<Endpoint> Routes(JsonProperty path)
    {
        var filled = Filled(path.Name);
        foreach (var operation in path.Value.EnumerateObject().Where(operation => operation.Value.ValueKind == JsonValueKind.Object))
        {
            if (operation.Name == "head")
            {
                // An answer to HEAD has no body, in whose words a refusal is told from another; the path has other methods.
                continue;
            }

            if (operation.Value.GetProperty("responses").TryGetProperty("101", out _))
            {
                yield return new(Way.WebSocket, "GET", filled);
                yield return new(Way.WebSocketOverHttp2, "CONNECT", filled);
            }

            yield return new(Way.Rest, operation.Name.ToUpperInvariant(), filled);
            yield return new(Way.RestOverHttp2, operation.Name.ToUpperInvariant(), filled);
        }
    }

    private static async Task<IReadOnlyList<string>> RpcsAsync(GrpcChannel channel, CancellationToken cancellationToken)
    {
        using var call = new ServerReflection.ServerReflectionClient(channel)
            .ServerReflectionInfo(cancellationToken: cancellationToken);
        var services = await AskAsync(new() { ListServices = "" });
        List<string> paths = [];
        foreach (var service in services.ListServicesResponse.Service.Select(service => service.Name))
        {
            var files = (await AskAsync(new() { FileContainingSymbol = service })).FileDescriptorResponse.FileDescriptorProto;
            var found = files.Select(FileDescriptorProto.Parser.ParseFrom)
                .SelectMany(file => file.Service.Where(one => $"{file.Package}.{one.Name}" == service))
                .First();
            paths.AddRange(found.Method.Select(method => $"/{service}/{method.Name}"));
        }

        return paths;

        async Task<ServerReflectionResponse> AskAsync(ServerReflectionRequest request)
        {
            await call.RequestStream.WriteAsync(request, cancellationToken);
            return await call.ResponseStream.MoveNext(cancellationToken)
                ? call.ResponseStream.Current
                : throw new InvalidOperationException($"Reflection ended at {request}.");
        }
    }
}
