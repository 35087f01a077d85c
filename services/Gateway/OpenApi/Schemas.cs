using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;

namespace Segmentation.Gateway.OpenApi;

/// <summary>
/// JSON schemas of messages in proto3 JSON; each message that was asked for is a component of the document.
/// </summary>
internal sealed class Schemas
{
    private readonly SortedDictionary<string, JsonObject> _components = new(StringComparer.Ordinal);

    /// <summary>The components, by name.</summary>
    public JsonObject Components =>
        new(_components.Select(entry => KeyValuePair.Create<string, JsonNode?>(entry.Key, entry.Value.DeepClone())));

    /// <summary>A reference to a message's schema.</summary>
    public JsonObject Of(MessageDescriptor message)
    {
        if (WellKnown(message) is { } known)
        {
            return known;
        }

        if (!_components.ContainsKey(message.Name))
        {
            // Before its fields: a message may hold itself.
            _components[message.Name] = new JsonObject();
            _components[message.Name] = Inline(message, except: []);
        }

        return new JsonObject { ["$ref"] = $"#/components/schemas/{message.Name}" };
    }

    /// <summary>A message's schema without some of its fields, for a body whose path has them.</summary>
    public JsonObject Inline(MessageDescriptor message, IReadOnlyCollection<FieldDescriptor> except)
    {
        var properties = new JsonObject();
        foreach (var field in message.Fields.InDeclarationOrder().Except(except))
        {
            properties[field.JsonName] = Of(field);
        }

        return Described(new JsonObject { ["type"] = "object", ["properties"] = properties }, message);
    }

    /// <summary>A field's schema.</summary>
    public JsonObject Of(FieldDescriptor field)
    {
        var one = OfOne(field);
        var oneof = field.RealContainingOneof is { } choice
            ? $"At most one of {string.Join(", ", choice.Fields.Select(other => other.JsonName))}."
            : "";
        var comment = string.Join('\n', new[] { ApiProtos.CommentOf(field), oneof }.Where(text => text.Length > 0));
        if (field.IsMap)
        {
            return new JsonObject
            {
                ["type"] = "object",
                ["description"] = comment,
                ["additionalProperties"] = OfOne(field.MessageType.FindFieldByNumber(2)),
            };
        }

        return field.IsRepeated
            ? new JsonObject { ["type"] = "array", ["description"] = comment, ["items"] = one }
            : one.ContainsKey("$ref")
                ? new JsonObject { ["description"] = comment, ["allOf"] = new JsonArray(one) }
                : Described(one, comment);
    }

    /// <summary>True for a message that is an object in JSON, with its fields by name.</summary>
    public static bool IsObject(MessageDescriptor message) => WellKnown(message) is null;

    private JsonObject OfOne(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Message => Of(field.MessageType),
        FieldType.Enum => Of(field.EnumType),
        FieldType.Bool => Type("boolean"),
        FieldType.String => Type("string"),
        FieldType.Bytes => Type("string", "byte"),
        FieldType.Float => Type("number", "float"),
        FieldType.Double => Type("number", "double"),
        FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => Type("integer", "int32"),
        FieldType.UInt32 or FieldType.Fixed32 => Type("integer", "uint32"),
        FieldType.UInt64 or FieldType.Fixed64 => Type("string", "uint64"),
        _ => Type("string", "int64"),
    };

    private JsonObject Of(EnumDescriptor type)
    {
        if (!_components.ContainsKey(type.Name))
        {
            var lines = type.Values.Select(value => $"- {value.Name}: {ApiProtos.CommentOf(value)}");
            var schema = Type("string");
            schema["description"] = $"{ApiProtos.CommentOf(type)}\n\n{string.Join('\n', lines)}";
            schema["enum"] = new JsonArray([.. type.Values.Select(value => JsonValue.Create(value.Name))]);
            _components[type.Name] = schema;
        }

        return new JsonObject { ["$ref"] = $"#/components/schemas/{type.Name}" };
    }

    private static JsonObject? WellKnown(MessageDescriptor message) => message.FullName switch
    {
        "google.protobuf.Duration" => new JsonObject
        {
            ["type"] = "string", ["pattern"] = "^-?[0-9]+(\\.[0-9]{1,9})?s$", ["example"] = "0.014s",
        },
        "google.protobuf.Timestamp" => Type("string", "date-time"),
        "google.protobuf.FieldMask" => new JsonObject { ["type"] = "string", ["example"] = "name,settings.presetId" },
        "google.protobuf.Struct" => new JsonObject { ["type"] = "object", ["additionalProperties"] = true },
        "google.protobuf.Empty" => Type("object"),
        "google.protobuf.Any" => new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject { ["@type"] = Type("string") },
            ["additionalProperties"] = true,
        },
        _ => null,
    };

    private static JsonObject Type(string type, string? format = null) => format is null
        ? new JsonObject { ["type"] = type }
        : new JsonObject { ["type"] = type, ["format"] = format };

    private static JsonObject Described(JsonObject schema, DescriptorBase descriptor) =>
        Described(schema, ApiProtos.CommentOf(descriptor));

    private static JsonObject Described(JsonObject schema, string comment)
    {
        schema["description"] = comment;
        return schema;
    }
}
