using System.Text;
using System.Text.Json;
using Segmentation.Doors.Contract;

namespace Segmentation.Doors.OpenInference;

/// <summary>Tensors whose elements are values of JSON, nested as the shape says or in one row.</summary>
internal static class JsonTensor
{
    /// <summary>Reads a tensor.</summary>
    /// <param name="input">The input, with its <c>data</c>.</param>
    /// <param name="field">Its path in the request, for errors.</param>
    /// <param name="name">Its name.</param>
    /// <param name="datatype">Its datatype.</param>
    /// <param name="shape">Its dimensions.</param>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: the elements are not those of the shape.</exception>
    public static InputTensor Read(
        JsonElement input, string field, string name, string datatype, IReadOnlyList<long> shape)
    {
        var count = InputTensor.CountOf(field, shape);
        if (!input.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Array)
        {
            throw DoorProblem.Invalid(
                $"{field}.data", "Missing: a list of the elements is needed, or parameters.binary_data_size with raw bytes.");
        }

        List<JsonElement> elements = [];
        Flatten(data, elements, count);
        if (elements.Count != count)
        {
            throw DoorProblem.Invalid(
                $"{field}.data",
                elements.Count > count
                    ? $"More elements than the shape says, which are {count}."
                    : $"{elements.Count} elements: the shape says {count}.");
        }

        return new InputTensor
        {
            Field = field,
            Name = name,
            Datatype = InputTensor.TypeOf(field, datatype),
            Shape = shape,
            IsJson = true,
            Floats = datatype == TensorTypes.Floats ? [.. elements.Select((one, i) => Float(one, field, i))] : [],
            Integers = datatype == TensorTypes.Integers ? [.. elements.Select((one, i) => Integer(one, field, i))] : [],
            Texts = datatype == TensorTypes.Texts ? [.. elements.Select((one, i) => Text(one, field, i))] : [],
        };
    }

    private static void Flatten(JsonElement list, List<JsonElement> elements, int most)
    {
        foreach (var element in list.EnumerateArray())
        {
            if (elements.Count > most)
            {
                return;
            }

            if (element.ValueKind == JsonValueKind.Array)
            {
                Flatten(element, elements, most);
            }
            else
            {
                elements.Add(element);
            }
        }
    }

    private static float Float(JsonElement element, string field, int i) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetSingle(out var number)
            ? number
            : throw DoorProblem.Invalid($"{field}.data[{i}]", "A number is needed.");

    private static int Integer(JsonElement element, string field, int i) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var number)
            ? number
            : throw DoorProblem.Invalid($"{field}.data[{i}]", "A whole number of 32 bits is needed.");

    private static ReadOnlyMemory<byte> Text(JsonElement element, string field, int i) =>
        element.ValueKind == JsonValueKind.String
            ? Encoding.UTF8.GetBytes(element.GetString()!)
            : throw DoorProblem.Invalid($"{field}.data[{i}]", "A text is needed; a picture's file is base64 or a data URL.");
}
