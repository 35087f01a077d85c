using System.Numerics;
using System.Text.Json;
using Segmentation.Doors.Contract;
using Segmentation.Protocol.V1;

namespace Segmentation.Doors.LabelStudio;

/// <summary>
/// Prompts of a person: key points and a rectangle on the picture. Of other regions, and of those on other objects, nothing
/// is read; of more than 64 points the latest are taken, of several rectangles the last.
/// </summary>
internal sealed class ContextPrompts
{
    private const int MaxPoints = 64;

    private readonly Queue<(Vector2 Percent, bool IsPositive)> _points = new();
    private (Vector2 Percent, Vector2 Size, float Degrees)? _rectangle;

    /// <summary>Degrees by which the picture was turned: 0, 90, 180 or 270.</summary>
    public int Rotation { get; private set; }

    /// <summary>The label of the last of them; null: none has one.</summary>
    public string? Label { get; private set; }

    /// <summary>True where there are none.</summary>
    public bool IsEmpty => _points.Count == 0 && _rectangle is null;

    /// <summary>Reads the regions of a context.</summary>
    /// <param name="regions">Value of <c>result</c>.</param>
    /// <param name="picture">Name of the picture's tag.</param>
    /// <param name="field">The path of the regions in the request, for errors.</param>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: a prompt lacks its place.</exception>
    public static ContextPrompts Read(JsonElement regions, string picture, string field)
    {
        var prompts = new ContextPrompts();
        if (regions.ValueKind != JsonValueKind.Array)
        {
            throw DoorProblem.Invalid(field, "No list: regions are needed.");
        }

        var index = 0;
        foreach (var region in regions.EnumerateArray())
        {
            prompts.Add(region, picture, $"{field}[{index++}]");
        }

        return prompts;
    }

    /// <summary>The prompts in pixels of the upright picture.</summary>
    public Prompt ToPrompt(PictureFrame frame)
    {
        var prompt = new Prompt();
        foreach (var (percent, isPositive) in _points)
        {
            var place = frame.ToPixels(percent);
            prompt.Points.Add(new Point
            {
                X = place.X,
                Y = place.Y,
                Label = isPositive ? PointLabel.Foreground : PointLabel.Background,
            });
        }

        if (_rectangle is var (corner, size, degrees))
        {
            var (min, max) = frame.BoxOf(corner, size, degrees);
            prompt.Box = new Box { XMin = min.X, YMin = min.Y, XMax = max.X, YMax = max.Y };
        }

        return prompt;
    }

    private void Add(JsonElement region, string picture, string field)
    {
        if (region.ValueKind != JsonValueKind.Object
            || Text(region, "type") is not ("keypoint" or "keypointlabels" or "rectangle" or "rectanglelabels")
            || Text(region, "to_name") is { } object_ && object_ != picture)
        {
            return;
        }

        if (!region.TryGetProperty("value", out var value) || value.ValueKind != JsonValueKind.Object)
        {
            throw DoorProblem.Invalid($"{field}.value", "Missing: the region's place is needed.");
        }

        var type = Text(region, "type")!;
        var corner = new Vector2(Number(value, "x", field), Number(value, "y", field));
        if (type.StartsWith("keypoint", StringComparison.Ordinal))
        {
            if (_points.Count == MaxPoints)
            {
                _points.Dequeue();
            }

            _points.Enqueue((corner, IsPositive(region, value)));
        }
        else
        {
            AddRectangle(value, corner, field);
        }

        Rotation = RotationOf(region, field);
        Label = LabelOf(value, type) ?? LabelOf(value, "labels") ?? Label;
    }

    private void AddRectangle(JsonElement value, Vector2 corner, string field)
    {
        var size = new Vector2(Number(value, "width", field), Number(value, "height", field));
        var degrees = value.TryGetProperty("rotation", out var turned) && turned.ValueKind == JsonValueKind.Number
            ? Number(value, "rotation", field)
            : 0;

        // A click without a movement leaves a rectangle of nothing, which is no prompt.
        if (size is { X: > 0, Y: > 0 })
        {
            _rectangle = (corner, size, degrees);
        }
    }

    private static bool IsPositive(JsonElement region, JsonElement value) =>
        Truth(region, "is_positive") ?? Truth(value, "positive") ?? true;

    private static bool? Truth(JsonElement element, string name) =>
        !element.TryGetProperty(name, out var truth) ? null : truth.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number => truth.TryGetDouble(out var number) && number > 0,
            _ => null,
        };

    private static int RotationOf(JsonElement region, string field)
    {
        if (!region.TryGetProperty("image_rotation", out var turned) || turned.ValueKind != JsonValueKind.Number)
        {
            return 0;
        }

        var degrees = turned.TryGetDouble(out var number) ? (number % 360 + 360) % 360 : -1;
        return degrees is 0 or 90 or 180 or 270
            ? (int)degrees
            : throw DoorProblem.Invalid($"{field}.image_rotation", $"{number}: multiples of 90 are known.");
    }

    private static string? LabelOf(JsonElement value, string name) =>
        value.TryGetProperty(name, out var labels)
        && labels.ValueKind == JsonValueKind.Array
        && labels.GetArrayLength() > 0
        && labels[0].ValueKind == JsonValueKind.String
            ? labels[0].GetString()
            : null;

    private static float Number(JsonElement value, string name, string field)
    {
        var isNumber = value.TryGetProperty(name, out var element)
            && element.ValueKind == JsonValueKind.Number
            && element.TryGetSingle(out var number)
            && Math.Abs(number) <= 1e6f;
        return isNumber
            ? element.GetSingle()
            : throw DoorProblem.Invalid($"{field}.value.{name}", "Missing or no number: percent of the picture are needed.");
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
