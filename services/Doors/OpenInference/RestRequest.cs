using System.Text.Json;
using Segmentation.Doors.Contract;

namespace Segmentation.Doors.OpenInference;

/// <summary>A request for inference over HTTP: JSON, and behind it the raw bytes of inputs that say so.</summary>
/// <param name="Request">The request.</param>
/// <param name="Id">The client's id of it; null where it has none.</param>
/// <param name="BinaryOutputs">Names of the outputs that are wanted as raw bytes.</param>
/// <param name="IsBinaryDefault">True where outputs that say nothing are wanted as raw bytes.</param>
internal sealed record RestRequest(
    InferenceRequest Request, string? Id, IReadOnlyDictionary<string, bool> BinaryOutputs, bool IsBinaryDefault)
{
    /// <summary>Header with the bytes of the JSON, where raw bytes follow it.</summary>
    public const string LengthHeader = "Inference-Header-Content-Length";

    /// <summary>Bytes of the largest JSON before raw bytes.</summary>
    private const int MaxHeaderBytes = 1024 * 1024;

    private const int MaxIdLength = 1024;

    private static readonly JsonElement _none = JsonDocument.Parse("{}").RootElement;

    /// <summary>True where an output is wanted as raw bytes.</summary>
    public bool IsBinary(string output) => BinaryOutputs.TryGetValue(output, out var binary) ? binary : IsBinaryDefault;

    /// <summary>Reads a request.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: it is none.</exception>
    public static async Task<RestRequest> ReadAsync(DoorCall call)
    {
        var headers = call.Context.Request.Headers;
        if (headers.ContentEncoding is [{ Length: > 0 } encoding] && encoding != "identity")
        {
            throw DoorProblem.Invalid(
                "Content-Encoding", $"{DoorText.Quote(encoding)}: send the body as it is, without compression.");
        }

        if (headers[LengthHeader].ToString() is not { Length: > 0 } text)
        {
            using var json = await call.ReadJsonAsync();
            return Read(json.RootElement, default);
        }

        var body = await call.ReadBytesAsync();
        if (!int.TryParse(text, out var length) || length < 0 || length > Math.Min(body.Length, MaxHeaderBytes))
        {
            throw DoorProblem.Invalid(
                LengthHeader,
                $"{DoorText.Quote(text)}: the bytes of the JSON at the beginning of the body, at most {MaxHeaderBytes} and at "
                    + $"most the body's {body.Length}.");
        }

        using var header = DoorCall.ParseJson(body[..length]);
        return Read(header.RootElement, body[length..]);
    }

    private static RestRequest Read(JsonElement root, ReadOnlyMemory<byte> raw)
    {
        List<InputTensor> inputs = [];
        foreach (var (input, field) in ListOf(root, "inputs", isNeeded: true))
        {
            inputs.Add(InputOf(input, field, ref raw));
        }

        if (!raw.IsEmpty)
        {
            throw DoorProblem.Invalid(
                "inputs", $"{raw.Length} bytes behind those of the inputs: the sizes in binary_data_size are too small.");
        }

        List<string> outputs = [];
        Dictionary<string, bool> binary = [];
        foreach (var (output, field) in ListOf(root, "outputs", isNeeded: false))
        {
            var name = TextOf(output, field, "name");
            outputs.Add(name);
            Refuse(output, field, "classification", "shared_memory_region");
            if (Parameter(output, field, "binary_data") is { } wanted)
            {
                binary[name] = wanted;
            }
        }

        return new(
            new InferenceRequest(inputs, outputs, Parameter(root, "", InferenceRequest.MultimaskParameter)),
            IdOf(root),
            binary,
            Parameter(root, "", "binary_data_output") ?? false);
    }

    private static string? IdOf(JsonElement root)
    {
        if (!root.TryGetProperty("id", out var id) || id.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return id.ValueKind == JsonValueKind.String && id.GetString() is { Length: <= MaxIdLength } text
            ? text
            : throw DoorProblem.Invalid("id", $"A text of at most {MaxIdLength} characters is allowed.");
    }

    private static InputTensor InputOf(JsonElement input, string field, ref ReadOnlyMemory<byte> raw)
    {
        var (name, type) = (TextOf(input, field, "name"), TextOf(input, field, "datatype"));
        Refuse(input, field, "shared_memory_region");
        var shape = ShapeOf(input, field);
        if (!Parameters(input, field).TryGetProperty("binary_data_size", out var size))
        {
            return JsonTensor.Read(input, field, name, type, shape);
        }

        if (size.ValueKind != JsonValueKind.Number || !size.TryGetInt32(out var bytes) || bytes < 0 || bytes > raw.Length)
        {
            throw DoorProblem.Invalid(
                $"{field}.parameters.binary_data_size",
                $"{DoorText.Quote(size.GetRawText())}: a number of bytes is needed, of which {raw.Length} are left behind the "
                    + $"JSON. The header {LengthHeader} says where that ends.");
        }

        var own = raw[..bytes];
        raw = raw[bytes..];
        return InputTensor.OfRaw(field, name, type, shape, own);
    }

    private static IEnumerable<(JsonElement Element, string Field)> ListOf(JsonElement root, string name, bool isNeeded)
    {
        if (!root.TryGetProperty(name, out var list) || list.ValueKind == JsonValueKind.Null)
        {
            return isNeeded ? throw DoorProblem.Invalid(name, "Missing: a list of tensors is needed.") : [];
        }

        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > InferenceRequest.MaxTensors)
        {
            throw DoorProblem.Invalid(name, $"A list of at most {InferenceRequest.MaxTensors} tensors is needed.");
        }

        return list.EnumerateArray().Select((element, i) => element.ValueKind == JsonValueKind.Object
            ? (element, $"{name}[{i}]")
            : throw DoorProblem.Invalid($"{name}[{i}]", "A JSON object is needed."));
    }

    private static string TextOf(JsonElement element, string field, string name) =>
        element.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()!
            : throw DoorProblem.Invalid($"{field}.{name}", "Missing: a text is needed.");

    private static List<long> ShapeOf(JsonElement input, string field)
    {
        const int MostSides = 8;
        if (input.TryGetProperty("shape", out var shape)
            && shape.ValueKind == JsonValueKind.Array
            && shape.GetArrayLength() <= MostSides
            && shape.EnumerateArray().All(side => side.ValueKind == JsonValueKind.Number && side.TryGetInt64(out _)))
        {
            return [.. shape.EnumerateArray().Select(side => side.GetInt64())];
        }

        throw DoorProblem.Invalid($"{field}.shape", $"Missing: a list of at most {MostSides} whole numbers is needed.");
    }

    private static JsonElement Parameters(JsonElement owner, string field)
    {
        if (!owner.TryGetProperty("parameters", out var parameters) || parameters.ValueKind == JsonValueKind.Null)
        {
            return _none;
        }

        return parameters.ValueKind == JsonValueKind.Object
            ? parameters
            : throw DoorProblem.Invalid(PathOf(field), "A JSON object is needed.");
    }

    private static bool? Parameter(JsonElement owner, string field, string name) =>
        !Parameters(owner, field).TryGetProperty(name, out var value) ? null : value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw DoorProblem.Invalid($"{PathOf(field)}.{name}", "true or false is needed."),
        };

    private static void Refuse(JsonElement owner, string field, params ReadOnlySpan<string> names)
    {
        var parameters = Parameters(owner, field);
        foreach (var name in names)
        {
            if (parameters.TryGetProperty(name, out _))
            {
                throw DoorProblem.Invalid($"{PathOf(field)}.{name}", "This extension is not spoken here: leave it out.");
            }
        }
    }

    private static string PathOf(string field) => field.Length == 0 ? "parameters" : $"{field}.parameters";
}
