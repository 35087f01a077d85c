using System.Text.Json.Nodes;
using Google.Api;
using Google.Protobuf.Reflection;
using Segmentation.Gateway.ProtoJson;
using Segmentation.Gateway.Rest;

namespace Segmentation.Gateway.OpenApi;

/// <summary>The operations that google.api.http annotations make of RPCs.</summary>
internal static class TranscodedOperations
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
                var (path, verb) = HttpRules.RouteOf(binding);
                yield return (path, verb.ToLowerInvariant(), Operation(schemas, method, binding, path, number));
            }
        }
    }

    private static JsonObject Operation(
        Schemas schemas, MethodDescriptor method, HttpRule rule, string path, int number)
    {
        var inPath = HttpRules.FieldsOf(path, method.InputType);
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
}
