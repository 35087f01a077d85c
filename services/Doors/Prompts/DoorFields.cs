using System.Text.Json;
using Segmentation.Doors.Contract;

namespace Segmentation.Doors.Prompts;

/// <summary>Reads fields of other tools' JSON objects; what is wrong is said with the field's path.</summary>
internal static class DoorFields
{
    /// <summary>A field of an object; null where it is missing or null.</summary>
    public static JsonElement? Find(this JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var field) && field.ValueKind != JsonValueKind.Null ? field : null;

    /// <summary>An array; empty where it is missing or null.</summary>
    /// <param name="owner">The object.</param>
    /// <param name="name">The field's name.</param>
    /// <param name="path">The field's path in the request.</param>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: something else.</exception>
    public static IReadOnlyList<JsonElement> List(this JsonElement owner, string name, string path) =>
        owner.Find(name) is { } field ? Items(field, path) : [];

    /// <summary>Items of an array.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: no array.</exception>
    public static IReadOnlyList<JsonElement> Items(JsonElement field, string path) =>
        field.ValueKind == JsonValueKind.Array ? [.. field.EnumerateArray()] : throw Wrong(field, path, "an array");

    /// <summary>A text; the fallback where it is missing or null.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: something else.</exception>
    public static string Text(this JsonElement owner, string name, string fallback = "") => owner.Find(name) is { } field
        ? field.ValueKind == JsonValueKind.String ? field.GetString()! : throw Wrong(field, name, "a text")
        : fallback;

    /// <summary>A truth value; the fallback where it is missing or null.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: something else.</exception>
    public static bool Flag(this JsonElement owner, string name, bool fallback) => owner.Find(name) is { } field
        ? field.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? field.GetBoolean()
            : throw Wrong(field, name, "true or false")
        : fallback;

    /// <summary>A number that a float holds.</summary>
    /// <param name="field">The number.</param>
    /// <param name="path">Its path in the request.</param>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: something else, or too large.</exception>
    public static float Number(JsonElement field, string path) =>
        field.ValueKind == JsonValueKind.Number && field.TryGetSingle(out var number) && float.IsFinite(number)
            ? number
            : throw Wrong(field, path, "a number");

    /// <summary>A number of an object.</summary>
    /// <param name="owner">The object.</param>
    /// <param name="name">The field's name.</param>
    /// <param name="path">The object's path in the request.</param>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: missing, or something else.</exception>
    public static float Number(JsonElement owner, string name, string path) => owner.Find(name) is { } field
        ? Number(field, $"{path}.{name}")
        : throw DoorProblem.Invalid($"{path}.{name}", "Missing: a number is needed.");

    /// <summary>A point as <c>[x, y]</c>, in pixels.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: something else.</exception>
    public static (float X, float Y) Pair(JsonElement field, string path) =>
        field.ValueKind == JsonValueKind.Array && field.GetArrayLength() == 2
            ? (Number(field[0], $"{path}[0]"), Number(field[1], $"{path}[1]"))
            : throw Wrong(field, path, "a point, [x, y]");

    /// <summary>An object.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: something else.</exception>
    public static JsonElement Object(JsonElement field, string path) =>
        field.ValueKind == JsonValueKind.Object ? field : throw Wrong(field, path, "an object");

    /// <summary>The error of a field of a wrong kind.</summary>
    /// <param name="field">What is there.</param>
    /// <param name="path">Its path in the request.</param>
    /// <param name="wanted">What is needed, with its article.</param>
    public static Exception Wrong(JsonElement field, string path, string wanted)
    {
        var found = field.ValueKind switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => $"an array of {field.GetArrayLength()}",
            JsonValueKind.String => "a text",
            JsonValueKind.Number => field.GetRawText() is { Length: <= 32 } number ? number : "a long number",
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => "null",
        };
        return DoorProblem.Invalid(path, $"{wanted} is needed, not {found}.");
    }
}
