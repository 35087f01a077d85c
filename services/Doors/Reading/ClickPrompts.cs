using Segmentation.Doors.Contract;
using Segmentation.Protocol.V1;

namespace Segmentation.Doors.Reading;

/// <summary>Prompts of the form that SamPredictor takes: points with labels 1 and 0, and boxes of two corners.</summary>
public static class ClickPrompts
{
    /// <summary>Most boxes of a request: prompts of one Segment.</summary>
    public const int MaxBoxes = 256;

    /// <summary>Most points of a request; each prompt takes fewer, of which its refusal tells.</summary>
    public const int MaxPoints = 256;

    /// <summary>A point.</summary>
    /// <param name="xy">Its two coordinates in pixels.</param>
    /// <param name="label">1 inside of the object, 0 outside.</param>
    /// <param name="path">The label's path in the request, for errors.</param>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: another label.</exception>
    public static Point PointOf(ReadOnlySpan<float> xy, int label, string path) => new()
    {
        X = xy[0],
        Y = xy[1],
        Label = label switch
        {
            1 => PointLabel.Foreground,
            0 => PointLabel.Background,
            _ => throw DoorProblem.Invalid(path, $"{label}: a label is 1 (inside of the object) or 0 (outside)."),
        },
    };

    /// <summary>A box of two opposite corners, whichever they are.</summary>
    /// <param name="corners">x and y of one, x and y of the other, in pixels.</param>
    public static Box BoxOf(ReadOnlySpan<float> corners) => new()
    {
        XMin = Math.Min(corners[0], corners[2]),
        YMin = Math.Min(corners[1], corners[3]),
        XMax = Math.Max(corners[0], corners[2]),
        YMax = Math.Max(corners[1], corners[3]),
    };

    /// <summary>
    /// The prompts: each box with all points, as SamPredictor repeats points over boxes; all points alone where there is
    /// no box.
    /// </summary>
    public static IEnumerable<Prompt> Of(IReadOnlyCollection<Box> boxes, IReadOnlyCollection<Point> points)
    {
        ArgumentNullException.ThrowIfNull(boxes);
        return boxes.Count == 0
            ? [new Prompt { Points = { points } }]
            : boxes.Select(box => new Prompt { Box = box, Points = { points } });
    }
}
