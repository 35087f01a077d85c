using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Segmentation.Gateway.Rest;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Gateway.Tests.Rest;

namespace Segmentation.Gateway.Tests.OpenApi;

public sealed partial class ApiDocumentTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Document_HasExactlyTheRoutesThereAre()
    {
        await using var host = await GatewayHost.StartAsync();
        var document = await ReadAsync(host);

        var documented = Operations(document).Select(one => $"{one.Method.ToUpperInvariant()} {Shape(one.Path)}");

        var routes = Routes(host).SelectMany(route => MethodsOf(route).Select(method => $"{method} {Shape(Text(route))}"));
        Assert.Equal(routes.Distinct().Order(), documented.Order());
    }

    [Fact]
    public async Task Document_HasTheFormsThatEndpointsHave()
    {
        await using var host = await GatewayHost.StartAsync();
        var operations = Operations(await ReadAsync(host))
            .ToDictionary(one => $"{one.Method.ToUpperInvariant()} {Shape(one.Path)}", one => one.Operation);

        var forms = Routes(host)
            .Where(route => route.Metadata.GetMetadata<AlternativeMediaType>() is not null)
            .SelectMany(route => MethodsOf(route).Select(method => (
                Key: $"{method} {Shape(Text(route))}", route.Metadata.GetMetadata<AlternativeMediaType>()!.MediaType)))
            .ToList();

        Assert.Equal(3, forms.Count);
        Assert.All(forms, form =>
        {
            var content = operations[form.Key]["responses"]!["200"]!["content"]!.AsObject();
            Assert.Contains(form.MediaType, content);
            Assert.Contains("application/json", content);
        });
    }

    [Fact]
    public async Task Document_EveryReference_IsToAComponentAndEveryOperationIsDescribed()
    {
        await using var host = await GatewayHost.StartAsync();
        var document = await ReadAsync(host);
        var schemas = document["components"]!["schemas"]!.AsObject();

        var references = Reference().Matches(document.ToJsonString()).Select(match => match.Groups[1].Value).ToList();

        Assert.NotEmpty(references);
        Assert.All(references, name => Assert.Contains(name, schemas));
        Assert.All(schemas, schema => Assert.NotEqual("", schema.Value!["description"]?.GetValue<string>() ?? ""));
        var ids = Operations(document).Select(one => one.Operation["operationId"]!.GetValue<string>()).ToList();
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(Operations(document), one =>
        {
            Assert.NotEqual("", one.Operation["summary"]!.GetValue<string>());
            Assert.Equal(
                Variable().Matches(one.Path).Select(match => match.Groups[1].Value),
                (one.Operation["parameters"]?.AsArray() ?? [])
                    .Where(parameter => parameter!["in"]!.GetValue<string>() == "path")
                    .Select(parameter => parameter!["name"]!.GetValue<string>()));
        });
    }

    /// <summary>Checks what Redocly's recommended rules look for; CI runs the tool itself.</summary>
    [Fact]
    public async Task Document_HasServersSecurityLicenceTagsAndClientErrors()
    {
        await using var host = await GatewayHost.StartAsync();
        var document = await ReadAsync(host);

        Assert.Equal("/", document["servers"]![0]!["url"]!.GetValue<string>());
        Assert.Equal("Apache-2.0", document["info"]!["license"]!["name"]!.GetValue<string>());
        var schemes = document["components"]!["securitySchemes"]!.AsObject();
        Assert.Contains(document["security"]![0]!.AsObject().Single().Key, schemes);
        var tags = document["tags"]!.AsArray().Select(tag => tag!["name"]!.GetValue<string>()).ToList();
        Assert.All(Operations(document), one =>
        {
            Assert.Contains("4XX", one.Operation["responses"]!.AsObject());
            Assert.Contains(one.Operation["tags"]![0]!.GetValue<string>(), tags);
        });
    }

    [Fact]
    public async Task Document_OfSegmentByPath_HasABodyWithoutTheImage()
    {
        await using var host = await GatewayHost.StartAsync();
        var document = await ReadAsync(host);

        var body = document["paths"]!["/v1/images/{image_id}:segment"]!["post"]!["requestBody"]!;
        var properties = body["content"]!["application/json"]!["schema"]!["properties"]!.AsObject();

        Assert.Equal(["prompts", "output", "model"], properties.Select(property => property.Key));
        Assert.Equal(
            "string", document["components"]!["schemas"]!["Image"]!["properties"]!["sizeBytes"]!["type"]!.GetValue<string>());
    }

    [Fact]
    public async Task Page_IsServedWithAllItNeeds()
    {
        await using var host = await GatewayHost.StartAsync();
        using var client = host.Client();

        var page = await client.GetStringAsync("/docs/index.html", Cancel);
        using var redirected = await client.GetAsync("/docs", Cancel);

        Assert.Equal("/docs/index.html", redirected.RequestMessage!.RequestUri!.AbsolutePath);
        var files = Source().Matches(page).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            Assert.DoesNotContain("//", file, StringComparison.Ordinal);
            var text = await client.GetStringAsync(new Uri(new Uri(client.BaseAddress!, "/docs/"), file), Cancel);
            if (file.EndsWith("index.js", StringComparison.Ordinal))
            {
                Assert.Contains("/openapi/v1.json", text + page, StringComparison.Ordinal);
            }
        }
    }

    private static async Task<JsonObject> ReadAsync(GatewayHost host)
    {
        using var client = host.Client();
        var document = JsonNode.Parse(await client.GetStringAsync("/openapi/v1.json", Cancel))!.AsObject();
        Assert.Equal("3.0.3", document["openapi"]!.GetValue<string>());
        return document;
    }

    private static IEnumerable<(string Path, string Method, JsonObject Operation)> Operations(JsonObject document) =>
        from path in document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        select (path.Key, operation.Key, operation.Value!.AsObject());

    private static IEnumerable<RouteEndpoint> Routes(GatewayHost host) =>
        host.App.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .OfType<RouteEndpoint>()
            .Where(route => Text(route).StartsWith("/v1/", StringComparison.Ordinal));

    private static string Text(RouteEndpoint route) => $"/{route.RoutePattern.RawText?.TrimStart('/')}";

    private static IReadOnlyList<string> MethodsOf(RouteEndpoint route) =>
        route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"];

    /// <summary>A path without the names of its variables.</summary>
    private static string Shape(string path) => Variable().Replace(path, "{}");

    [GeneratedRegex(@"\{([^}]+)\}")]
    private static partial Regex Variable();

    [GeneratedRegex("\"#/components/schemas/([A-Za-z]+)\"")]
    private static partial Regex Reference();

    [GeneratedRegex("(?:src|href)=\"([^\"]+)\"")]
    private static partial Regex Source();
}
