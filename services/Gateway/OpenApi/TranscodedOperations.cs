using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Google.Api;
using Google.Protobuf.Reflection;
using Segmentation.Gateway.ProtoJson;
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
                var (path, verb) = HttpRules.RouteOf(binding);
                yield return (IdsByTheirObject().Replace(path, ""), verb.ToLowerInvariant(), Operation(schemas, method, binding, path, number));
            }
        }
    }

    private static JsonObject Operation(
        Schemas schemas, MethodDescriptor method, HttpRule rule, string path, int number)
    {
        var inPath = HttpRules.VariablesOf(path)
            .Select(name => (Name: name, Fields: HttpRules.FieldOf(name, method.InputType)))
            .ToList();
        var outer = inPath.Where(variable => variable.Fields.Count == 1).Select(variable => variable.Fields[0]).ToList();
        var operation = Operations.Create(
            method.Service.Name, $"{method.Name}{(number > 0 ? $"{number + 1}" : "")}", ApiProtos.CommentOf(method));
        var parameters = inPath.Select(
            variable => Operations.Parameter(
                IdsByTheirObject().Replace(variable.Name, ""), "path", schemas.Of(variable.Fields[^1])));
        if (rule.Body.Length == 0)
        {
            parameters = parameters.Concat(InQuery(schemas, method.InputType.Fields.InDeclarationOrder().Except(outer), ""));
        }
        else if (rule.Body != "*")
        {
            // The body is one field; those besides it and the path are in the query.
            var body = method.InputType.FindFieldByName(rule.Body);
            operation["requestBody"] = Operations.Body((JsonForm.MediaType, schemas.Of(body)));
            var rest = method.InputType.Fields.InDeclarationOrder().Except([.. outer, body]);
            parameters = parameters.Concat(InQuery(schemas, rest, ""));
        }
        else
        {
            // A field of the path decides its oneof: none of the others may come with it.
            var decided = outer.SelectMany(field => field.RealContainingOneof?.Fields ?? [field]).ToList();
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

    /// <summary>Fields as parameters of a query; those of a message by its name, a dot and theirs.</summary>
    private static IEnumerable<JsonObject> InQuery(
        Schemas schemas, IEnumerable<FieldDescriptor> fields, string before)
    {
        foreach (var field in fields)
        {
            var name = before + field.JsonName;
            if (field is { FieldType: FieldType.Message, IsRepeated: false } && Schemas.IsObject(field.MessageType))
            {
                foreach (var inner in InQuery(schemas, field.MessageType.Fields.InDeclarationOrder(), $"{name}."))
                {
                    yield return inner;
                }
            }
            else
            {
                yield return Operations.Parameter(name, "query", schemas.Of(field));
            }
        }
    }

    /// <summary>
    /// The end of <c>project.id</c>: a document has one name for a place in a path, whether a request has the id in a
    /// field of its own or in the object that it changes.
    /// </summary>
    [GeneratedRegex(@"(?<=[a-z])\.id(?=\}|$)")]
    private static partial Regex IdsByTheirObject();
}
