using System.Text.Json;

namespace Segmentation.Charts.Tests;

/// <summary>The chart's values.schema.json.</summary>
internal static class ValuesSchema
{
    private static readonly string[] _optionRoots = ["", "/gateway", "/decoder", "/encoder", "/projects"];

    public static JsonElement Root { get; } = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "values.schema.json"))).RootElement;

    /// <summary>Every schema of an object, with the path of the value it describes.</summary>
    public static IReadOnlyList<(string Path, JsonElement Schema)> Objects { get; } = [.. Walk("", Root)];

    /// <summary>
    /// Options of the programs that values can set, as <c>Section:Key</c>. One whose keys are the user's own, a name of
    /// a tenant for example, is one option.
    /// </summary>
    public static IEnumerable<string> Options =>
        from root in _optionRoots
        from one in Objects
        where one.Path.StartsWith($"{root}/options/", StringComparison.Ordinal)
        where one.Schema.TryGetProperty("properties", out _)
        from property in one.Schema.GetProperty("properties").EnumerateObject()
        where !property.Value.TryGetProperty("properties", out _)
        select $"{one.Path[$"{root}/options/".Length..].Replace('/', ':')}:{property.Name}";

    /// <summary>Whether an object's keys are all named, or all are the user's own and of a known type.</summary>
    public static bool IsClosed(JsonElement schema) =>
        schema.TryGetProperty("additionalProperties", out var others)
        && (others.ValueKind == JsonValueKind.False || (others.ValueKind == JsonValueKind.Object
            && !schema.TryGetProperty("properties", out _)));

    private static IEnumerable<(string Path, JsonElement Schema)> Walk(string path, JsonElement schema)
    {
        if (schema.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
            && type.ValueEquals("object"))
        {
            yield return (path, schema);
        }

        foreach (var (name, inner) in Children(path, schema))
        {
            foreach (var found in Walk(name, inner))
            {
                yield return found;
            }
        }
    }

    private static IEnumerable<(string Path, JsonElement Schema)> Children(string path, JsonElement schema)
    {
        if (schema.TryGetProperty("properties", out var properties))
        {
            foreach (var property in properties.EnumerateObject())
            {
                yield return ($"{path}/{property.Name}", property.Value);
            }
        }

        if (schema.TryGetProperty("definitions", out var definitions))
        {
            foreach (var definition in definitions.EnumerateObject())
            {
                yield return ($"/definitions/{definition.Name}", definition.Value);
            }
        }

        if (schema.TryGetProperty("items", out var items))
        {
            yield return ($"{path}/0", items);
        }
    }
}
