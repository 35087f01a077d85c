using System.Text.Json;
using Segmentation.Doors.Contract;

namespace Segmentation.Doors.Reading;

/// <summary>Reads the fields of a JSON object; null stands for a field that is missing, or null.</summary>
/// <param name="Source">The object.</param>
/// <param name="Path">Its path in the request, for errors; empty for the body itself.</param>
public readonly record struct RequestFields(JsonElement Source, string Path)
{
    private static readonly JsonElement _none = JsonDocument.Parse("{}").RootElement;

    /// <summary>Path of a field, for errors.</summary>
    public string PathOf(string name) => Path.Length == 0 ? name : $"{Path}.{name}";

    /// <summary>A field of any kind.</summary>
    public JsonElement? Element(string name) =>
        Source.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>An object within this one; an empty one where there is none.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: it is no object.</exception>
    public RequestFields Fields(string name) => Element(name) switch
    {
        null => new(_none, PathOf(name)),
        { ValueKind: JsonValueKind.Object } element => new(element, PathOf(name)),
        _ => throw DoorProblem.Invalid(PathOf(name), "A JSON object is needed."),
    };

    /// <summary>A text.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: it is no text, or too long.</exception>
    public string? Text(string name)
    {
        const int Longest = 1024;
        return Element(name) switch
        {
            null => null,
            { ValueKind: JsonValueKind.String } element when element.GetString() is { Length: <= Longest } text => text,
            _ => throw DoorProblem.Invalid(PathOf(name), $"A text of at most {Longest} characters is needed."),
        };
    }

    /// <summary>True or false.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: it is neither.</exception>
    public bool? Flag(string name) => Element(name)?.ValueKind switch
    {
        null => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw DoorProblem.Invalid(PathOf(name), "true or false is needed."),
    };

    /// <summary>A number.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: it is none, or outside of the range.</exception>
    public double? Number(string name, double min, double max) => Element(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } element when element.TryGetDouble(out var number) && number >= min && number <= max
            => number,
        _ => throw DoorProblem.Invalid(PathOf(name), $"A number of {min} to {max} is needed."),
    };

    /// <summary>A whole number.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: it is none, or outside of the range.</exception>
    public int? Whole(string name, int min, int max) => Element(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } element when element.TryGetInt32(out var number) && number >= min && number <= max
            => number,
        _ => throw DoorProblem.Invalid(PathOf(name), $"A whole number of {min} to {max} is needed."),
    };

    /// <summary>A list; empty where there is none.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: it is none, or too long.</exception>
    public IReadOnlyList<JsonElement> List(string name, int most) => Element(name) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } element when element.GetArrayLength() <= most => [.. element.EnumerateArray()],
        _ => throw DoorProblem.Invalid(PathOf(name), $"A list of at most {most} elements is needed."),
    };

    /// <summary>Numbers of a JSON list.</summary>
    /// <param name="element">The list.</param>
    /// <param name="path">Its path in the request, for errors.</param>
    /// <param name="count">How many there have to be.</param>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: it is no list of so many numbers.</exception>
    public static float[] Numbers(JsonElement element, string path, int count) =>
        element.ValueKind == JsonValueKind.Array
        && element.GetArrayLength() == count
        && element.EnumerateArray().All(one => one.ValueKind == JsonValueKind.Number)
            ? [.. element.EnumerateArray().Select(one => (float)one.GetDouble())]
            : throw DoorProblem.Invalid(path, $"A list of {count} numbers is needed.");
}
