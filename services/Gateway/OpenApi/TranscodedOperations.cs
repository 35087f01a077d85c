using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Google.Api;
using Google.Protobuf.Reflection;
using Segmentation.Gateway.Rest;

namespace Segmentation.Gateway.OpenApi;

/// <summary>The operations that google.api.http annotations make of RPCs.</summary>
internal static partial class TranscodedOperations
{
    /// <summary>All of them: path, method in lower case, operation.</summary>
    public static IEnumerable<(string Path, string Method, JsonObject Operation)> All(Schemas schemas)
    {
        foreach (var method in ApiProtos.Services.SelectMany(service => service.Methods))
        {
            if (method.GetOptions()?.GetExtension(AnnotationsExtensions.Http) is not { } rule)
            {
                continue;
            }

            foreach (var (number, binding) in rule.AdditionalBindings.Prepend(rule).Index())
            {
                var (path, verb) = RouteOf(binding);
                yield return (path, verb, Operation(schemas, method, binding, path, number));
            }
        }
    }

    private static (string Path, string Method) RouteOf(HttpRule rule) => rule.PatternCase switch
    {
        HttpRule.PatternOneofCase.Get => (rule.Get, "get"),
        HttpRule.PatternOneofCase.Post => (rule.Post, "post"),
        HttpRule.PatternOneofCase.Put => (rule.Put, "put"),
        HttpRule.PatternOneofCase.Patch => (rule.Patch, "patch"),
        HttpRule.PatternOneofCase.Delete => (rule.Delete, "delete"),
        _ => throw new NotSupportedException($"Custom HTTP methods are not documented: {rule}"),
    };

    private static JsonObject Operation(
        Schemas schemas, MethodDescriptor method, HttpRule rule, string path, int number)
    {
        var inPath = Variable().Matches(path)
            .Select(match => method.InputType.FindFieldByName(match.Groups[1].Value)).ToList();
        var operation = Operations.Create(
            method.Service.Name, $"{method.Name}{(number > 0 ? $"{number + 1}" : "")}", ApiProtos.CommentOf(method));
        var parameters = inPath.Select(field => Operations.Parameter(field.Name, "path", schemas.Of(field)));
        if (rule.Body.Length == 0)
        {
            var rest = method.InputType.Fields.InDeclarationOrder().Except(inPath);
            parameters = parameters.Concat(
                rest.Select(field => Operations.Parameter(field.JsonName, "query", schemas.Of(field))));
        }
        else
        {
            // A field of the path decides its oneof: none of the others may come with it.
            var decided = inPath.SelectMany(field => field.RealContainingOneof?.Fields ?? [field]).ToList();
            var schema = decided.Count > 0 ? schemas.Inline(method.InputType, decided) : schemas.Of(method.InputType);
            operation["requestBody"] = Operations.Body((JsonForm.MediaType, schema));
        }

        operation["parameters"] = new JsonArray([.. parameters]);
        operation["responses"] = Operations.Responses(
            schemas,
            method.IsServerStreaming ? "A stream: one JSON object a line, each as soon as it is known." : "Done.",
            (JsonForm.MediaType, schemas.Of(method.OutputType)));
        return operation;
    }

    [GeneratedRegex(@"\{([a-z_]+)\}")]
    private static partial Regex Variable();
}
