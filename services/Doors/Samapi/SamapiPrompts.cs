using System.Text.Json;
using Segmentation.Doors.Contract;
using Segmentation.Doors.Reading;
using Segmentation.Protocol.V1;

namespace Segmentation.Doors.Samapi;

/// <summary>Reads the prompt of a request: a box, points, or both.</summary>
internal static class SamapiPrompts
{
    /// <summary>Reads it.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: a field is wrong, or there is no prompt.</exception>
    public static Prompt Read(RequestFields fields)
    {
        var coords = fields.List("point_coords", ClickPrompts.MaxPoints);
        var labels = fields.List("point_labels", ClickPrompts.MaxPoints);
        if (coords.Count != labels.Count)
        {
            throw DoorProblem.Invalid("point_labels", $"{labels.Count} labels for {coords.Count} points: each has one.");
        }

        var prompt = new Prompt
        {
            Points = { coords.Select((point, i) => PointOf(point, labels[i], i)) },
            Box = fields.Element("bbox") is { } box ? ClickPrompts.BoxOf(RequestFields.Numbers(box, "bbox", 4)) : null,
        };
        return prompt.Box is not null || prompt.Points.Count > 0
            ? prompt
            : throw DoorProblem.Invalid("bbox", "No prompt: bbox, or point_coords with point_labels, is needed.");
    }

    private static Point PointOf(JsonElement coords, JsonElement label, int i)
    {
        var path = $"point_labels[{i}]";
        return label.ValueKind == JsonValueKind.Number && label.TryGetInt32(out var number)
            ? ClickPrompts.PointOf(RequestFields.Numbers(coords, $"point_coords[{i}]", 2), number, path)
            : throw DoorProblem.Invalid(path, "1 (inside of the object) or 0 (outside) is needed.");
    }
}
