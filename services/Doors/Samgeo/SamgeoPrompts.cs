using System.Text.Json;
using Segmentation.Doors.Contract;
using Segmentation.Doors.Geography;
using Segmentation.Doors.Reading;
using Segmentation.Protocol.V1;

namespace Segmentation.Doors.Samgeo;

/// <summary>Reads the prompts of a request: points with labels, boxes, or both.</summary>
internal static class SamgeoPrompts
{
    private const string Coords = "point_coords";
    private const string Labels = "point_labels";
    private const string Boxes = "boxes";

    /// <summary>Reads them: each box with all points, or all points alone.</summary>
    /// <param name="form">The request.</param>
    /// <param name="georeference">Where the picture lies; null where it does not say.</param>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: a field is wrong, or there is no prompt.</exception>
    public static IReadOnlyList<Prompt> Read(SamgeoForm form, Georeference? georeference)
    {
        var coords = form.List(Coords, ClickPrompts.MaxPoints) ?? [];
        var boxes = form.List(Boxes, ClickPrompts.MaxBoxes) ?? [];
        if (coords.Count == 0 && boxes.Count == 0)
        {
            throw DoorProblem.Invalid(Coords, $"No prompt: {Coords} or {Boxes} is needed.");
        }

        var labels = form.List(Labels, ClickPrompts.MaxPoints);
        if (labels is not null && labels.Count != coords.Count)
        {
            throw DoorProblem.Invalid(Labels, $"{labels.Count} labels for {coords.Count} points: each has one.");
        }

        var places = new PromptPlaces(form.Text("point_crs"), georeference);
        Point[] points = [.. coords.Select((point, i) => PointOf(point, labels?[i], i, places))];
        return [.. ClickPrompts.Of([.. BoxesOf(boxes, places)], points)];
    }

    private static Point PointOf(JsonElement coords, JsonElement? label, int i, PromptPlaces places)
    {
        var (field, path) = ($"{Coords}[{i}]", $"{Labels}[{i}]");
        var numbers = Numbers(coords, field, 2);
        var (column, row) = places.Point(numbers[0], numbers[1], field);
        return ClickPrompts.PointOf([column, row], label is { } said ? LabelOf(said, path) : 1, path);
    }

    private static int LabelOf(JsonElement label, string path) =>
        label.ValueKind == JsonValueKind.Number && label.TryGetInt32(out var number)
            ? number
            : throw DoorProblem.Invalid(path, "1 (inside of the object) or 0 (outside) is needed.");

    /// <summary>The boxes; a list of four numbers is one of them.</summary>
    private static IEnumerable<Box> BoxesOf(IReadOnlyList<JsonElement> boxes, PromptPlaces places)
    {
        const int Corners = 4;
        if (boxes.Count == Corners && boxes.All(one => one.ValueKind == JsonValueKind.Number))
        {
            double[] numbers = [.. boxes.Select((one, i) => Number(one, $"{Boxes}[{i}]"))];
            return [ClickPrompts.BoxOf(places.Box(numbers, Boxes))];
        }

        return boxes.Select((box, i) =>
            ClickPrompts.BoxOf(places.Box(Numbers(box, $"{Boxes}[{i}]", Corners), $"{Boxes}[{i}]")));
    }

    private static double[] Numbers(JsonElement list, string path, int count) =>
        list.ValueKind == JsonValueKind.Array && list.GetArrayLength() == count
            ? [.. list.EnumerateArray().Select((one, i) => Number(one, $"{path}[{i}]"))]
            : throw DoorProblem.Invalid(path, $"A list of {count} numbers is needed.");

    private static double Number(JsonElement element, string path) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out var number) && double.IsFinite(number)
            ? number
            : throw DoorProblem.Invalid(path, "A number is needed.");
}
