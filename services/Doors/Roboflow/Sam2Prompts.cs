using System.Text.Json;
using Segmentation.Doors.Contract;
using Segmentation.Doors.Prompts;
using Segmentation.Protocol.V1;

namespace Segmentation.Doors.Roboflow;

/// <summary>
/// Prompts of <c>/sam2/segment_image</c>: an object with <c>prompts</c>, a plain list, or one prompt alone. A prompt has
/// <c>points</c> of <c>{x, y, positive}</c> and a <c>box</c> of <c>{x, y, width, height}</c>, whose x and y are its centre.
/// </summary>
internal static class Sam2Prompts
{
    private const string Path = "prompts";

    /// <summary>Most prompts of a request, as in this server's own interface.</summary>
    private const int MaxPrompts = 256;

    /// <summary>Reads the prompts, at least one.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: none, too many, or something wrong in one.</exception>
    public static IReadOnlyList<Prompt> Read(JsonElement body)
    {
        var items = Items(body);
        if (items.Count is 0 or > MaxPrompts)
        {
            throw DoorProblem.Invalid(
                Path, $"{items.Count} prompts; 1 to {MaxPrompts} are allowed, each with points, a box or both.");
        }

        return [.. items.Select((item, index) => One(item, $"{Path}[{index}]"))];
    }

    private static IReadOnlyList<JsonElement> Items(JsonElement body)
    {
        if (body.Find(Path) is not { } prompts)
        {
            return [];
        }

        return prompts.ValueKind switch
        {
            JsonValueKind.Object when prompts.TryGetProperty(Path, out _) => prompts.List(Path, Path),
            JsonValueKind.Object => [prompts],
            _ => DoorFields.Items(prompts, Path),
        };
    }

    private static Prompt One(JsonElement item, string path)
    {
        DoorFields.Object(item, path);
        var prompt = new Prompt { Box = item.Find("box") is { } box ? BoxOf(box, $"{path}.box") : null };
        var points = item.List("points", $"{path}.points");
        for (var i = 0; i < points.Count; i++)
        {
            var at = $"{path}.points[{i}]";
            DoorFields.Object(points[i], at);
            prompt.Points.Add(Clicks.Point(
                DoorFields.Number(points[i], "x", at), DoorFields.Number(points[i], "y", at), IsPositive(points[i], at)));
        }

        return prompt.Box is not null || prompt.Points.Count > 0
            ? prompt
            : throw DoorProblem.Invalid(path, "Empty: points, a box or both are needed.");
    }

    private static bool IsPositive(JsonElement point, string path) => point.Find("positive") switch
    {
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } other => throw DoorFields.Wrong(other, $"{path}.positive", "true or false"),
        null => throw DoorProblem.Invalid($"{path}.positive", "Missing: true or false is needed."),
    };

    private static Box BoxOf(JsonElement box, string path)
    {
        DoorFields.Object(box, path);
        var (x, y) = (DoorFields.Number(box, "x", path), DoorFields.Number(box, "y", path));
        var (width, height) = (DoorFields.Number(box, "width", path), DoorFields.Number(box, "height", path));
        return new Box
        {
            XMin = x - (width / 2), YMin = y - (height / 2), XMax = x + (width / 2), YMax = y + (height / 2),
        };
    }
}
