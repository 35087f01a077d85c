using Segmentation.Doors.Contract;
using Segmentation.Protocol.V1;

namespace Segmentation.Doors.OpenInference;

/// <summary>Reads the prompts of a segmenter's inputs.</summary>
internal static class InferencePrompts
{
    private const int PointSides = 2;
    private const int BoxSides = 4;

    /// <summary>
    /// Reads the prompts: all points together are one; each box is one; points with one box are one with it.
    /// </summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: an input is wrong, or none is there.</exception>
    public static SegmentRequest Read(InferenceModel model, InferenceRequest request)
    {
        var points = PointsOf(
            request.Find(model, InferenceTensors.PointCoords), request.Find(model, InferenceTensors.PointLabels));
        var boxes = BoxesOf(request.Find(model, InferenceTensors.Boxes));
        if (points.Length == 0 && boxes.Length == 0)
        {
            throw DoorProblem.Invalid(
                "inputs", $"No prompt: {InferenceTensors.PointCoords} with {InferenceTensors.PointLabels}, or "
                    + $"{InferenceTensors.Boxes}, is needed.");
        }

        if (points.Length > 0 && boxes.Length > 1)
        {
            throw DoorProblem.Invalid(
                "inputs", $"{boxes.Length} boxes with points: points go with one box. Send the boxes without points, or each "
                    + "box with its points in a request of its own.");
        }

        return new SegmentRequest
        {
            Prompts =
            {
                boxes.Length == 0
                    ? [new Prompt { Points = { points } }]
                    : boxes.Select(box => new Prompt { Box = box, Points = { points } }),
            },
            Output = new OutputOptions
            {
                Formats = { MaskFormat.Rle },
                Refinable = false,
                MaskCount = request.MultimaskOutput switch
                {
                    null => MaskCount.Unspecified,
                    true => MaskCount.Three,
                    _ => MaskCount.One,
                },
            },
        };
    }

    private static Point[] PointsOf(InputTensor? coords, InputTensor? labels)
    {
        var (count, of) = (coords?.Floats.Count / PointSides ?? 0, labels?.Integers.Count ?? 0);
        if (count != of)
        {
            throw DoorProblem.Invalid(
                labels?.Field ?? "inputs",
                $"{of} labels for {count} points: {InferenceTensors.PointLabels} has one for each, 1 inside and 0 outside of "
                    + "the object.");
        }

        return [.. Enumerable.Range(0, count).Select(i => PointOf(coords!, labels!, i))];
    }

    private static Point PointOf(InputTensor coords, InputTensor labels, int i) => new()
    {
        X = coords.Floats[PointSides * i],
        Y = coords.Floats[(PointSides * i) + 1],
        Label = labels.Integers[i] switch
        {
            1 => PointLabel.Foreground,
            0 => PointLabel.Background,
            var other => throw DoorProblem.Invalid(
                $"{labels.Field}.data[{i}]", $"{other}: a label is 1 (inside of the object) or 0 (outside)."),
        },
    };

    private static Box[] BoxesOf(InputTensor? boxes) =>
    [
        .. (boxes?.Floats ?? []).Chunk(BoxSides)
            .Select(sides => new Box { XMin = sides[0], YMin = sides[1], XMax = sides[2], YMax = sides[3] }),
    ];
}
