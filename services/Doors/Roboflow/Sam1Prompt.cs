using System.Text.Json;
using Segmentation.Doors.Contract;
using Segmentation.Doors.Prompts;
using Segmentation.Protocol.V1;

namespace Segmentation.Doors.Roboflow;

/// <summary>
/// Points of <c>/sam/segment_image</c>: <c>point_coords</c> as [x, y], and as many <c>point_labels</c> in the numbers of
/// SAM's decoder: 1 inside, 0 outside, 2 and 3 the upper left and the lower right corner of a box, -1 no point at all.
/// </summary>
internal static class Sam1Prompt
{
    private const string Coordinates = "point_coords";
    private const string Labels = "point_labels";

    /// <summary>Reads the points, possibly none.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: something wrong.</exception>
    public static Prompt Read(JsonElement body)
    {
        var points = body.List(Coordinates, Coordinates);
        var labels = body.List(Labels, Labels);
        if (points.Count != labels.Count)
        {
            throw DoorProblem.Invalid(Labels, $"{labels.Count} labels for {points.Count} points: one for each is needed.");
        }

        var prompt = new Prompt();
        (float X, float Y)? upper = null, lower = null;
        for (var i = 0; i < points.Count; i++)
        {
            var point = DoorFields.Pair(points[i], $"{Coordinates}[{i}]");
            switch (DoorFields.Number(labels[i], $"{Labels}[{i}]"))
            {
                case 1 or 0:
                    prompt.Points.Add(Clicks.Point(point.X, point.Y, labels[i].GetSingle() > 0));
                    break;
                case 2 when upper is null:
                    upper = point;
                    break;
                case 3 when lower is null:
                    lower = point;
                    break;
                case -1:
                    break;
                case 2 or 3:
                    throw DoorProblem.Invalid($"{Labels}[{i}]", "A second corner of the kind: one box is allowed.");
                default:
                    throw DoorProblem.Invalid(
                        $"{Labels}[{i}]", "Unknown: 1 (inside), 0 (outside), 2 and 3 (corners of a box) or -1 (no point) is needed.");
            }
        }

        if (upper is null != lower is null)
        {
            throw DoorProblem.Invalid(Labels, "A box needs both corners, one with the label 2 and one with 3.");
        }

        prompt.Box = upper is { } one && lower is { } other ? Clicks.Box(one, other) : null;
        return prompt;
    }
}
