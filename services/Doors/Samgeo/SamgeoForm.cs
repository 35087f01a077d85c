using System.Globalization;
using System.Text;
using System.Text.Json;
using Segmentation.Doors.Contract;

namespace Segmentation.Doors.Samgeo;

/// <summary>The fields of a request; a field that is missing or empty is null, as segment-geospatial has it.</summary>
/// <param name="parts">The form's parts.</param>
internal sealed class SamgeoForm(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> parts)
{
    private const int MaxTextBytes = 1 << 16;
    private const int MaxDepth = 8;
    private const string FileField = "file";

    private static readonly string[] _true = ["true", "1", "on", "yes", "t", "y"];
    private static readonly string[] _false = ["false", "0", "off", "no", "f", "n"];

    /// <summary>The picture's file.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: there is none.</exception>
    public ReadOnlyMemory<byte> File => parts.TryGetValue(FileField, out var file) && !file.IsEmpty
        ? file
        : throw DoorProblem.Invalid(FileField, "Missing: the picture's file is needed, as a part of the form.");

    /// <summary>Reads a request's form.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: it is none. Others as for all bodies.</exception>
    public static async Task<SamgeoForm> ReadAsync(DoorCall call) =>
        new(await FormParts.ReadAsync(await call.ReadBytesAsync(), call.Context.Request.ContentType, call.Aborted));

    /// <summary>A text.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: it is too long.</exception>
    public string? Text(string name) => Bytes(name) is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null;

    /// <summary>True or false.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: it is neither.</exception>
    public bool Flag(string name, bool fallback) => Text(name) switch
    {
        null => fallback,
        { } text when _true.Contains(text, StringComparer.OrdinalIgnoreCase) => true,
        { } text when _false.Contains(text, StringComparer.OrdinalIgnoreCase) => false,
        { } text => throw DoorProblem.Invalid(name, $"{DoorText.Quote(text)}: true or false is needed."),
    };

    /// <summary>A whole number.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: it is none.</exception>
    public int? Whole(string name) => Text(name) switch
    {
        null => null,
        { } text when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            => number,
        { } text => throw DoorProblem.Invalid(name, $"{DoorText.Quote(text)}: a whole number is needed."),
    };

    /// <summary>A number.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: it is none.</exception>
    public double? Number(string name) => Text(name) switch
    {
        null => null,
        { } text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number) => number,
        { } text => throw DoorProblem.Invalid(name, $"{DoorText.Quote(text)}: a number is needed."),
    };

    /// <summary>A list of JSON.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: no JSON, no list, or too long a one.</exception>
    public IReadOnlyList<JsonElement>? List(string name, int most)
    {
        if (Bytes(name) is not { } bytes)
        {
            return null;
        }

        JsonElement list;
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = MaxDepth });
            list = document.RootElement.Clone();
        }
        catch (JsonException problem)
        {
            throw DoorProblem.Invalid(name, $"No JSON: wrong at character {problem.BytePositionInLine + 1}.");
        }

        return list.ValueKind == JsonValueKind.Array && list.GetArrayLength() <= most
            ? [.. list.EnumerateArray()]
            : throw DoorProblem.Invalid(name, $"A JSON list of at most {most} elements is needed.");
    }

    private ReadOnlyMemory<byte>? Bytes(string name)
    {
        if (!parts.TryGetValue(name, out var bytes) || bytes.IsEmpty)
        {
            return null;
        }

        return bytes.Length <= MaxTextBytes
            ? bytes
            : throw DoorProblem.Invalid(name, $"{bytes.Length} bytes; at most {MaxTextBytes} are read.");
    }
}
