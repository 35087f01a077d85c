using System.Text.Json;
using Google.Protobuf.Reflection;
using Grpc.Net.Client;
using Grpc.Reflection.V1Alpha;

namespace Segmentation.Security.Tests;

/// <summary>
/// Every RPC and every route that a running server says it has, so that a new one is in the tests by itself: RPCs from
/// its reflection, routes from its OpenAPI document.
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
    ];

    private const string OpenDocument = "openapi/v1.json";

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
        ];
    }

    private static IEnumerable<Endpoint> Routes(JsonProperty path)
    {
        var filled = string.Join(
            '/', path.Name.Split('/').Select(part => part.StartsWith('{') ? NoImage + part[(part.IndexOf('}') + 1)..] : part));
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
