using System.Text.Json;
using Google.Protobuf;
using Segmentation.Doors.Contract;
using Segmentation.Doors.Reading;
using Segmentation.Protocol.V1;

namespace Segmentation.Doors.XAnyLabeling;

/// <summary>The <c>params</c> of a prediction.</summary>
internal sealed class PredictParameters
{
    private const int MaxMarks = ClickPrompts.MaxBoxes + ClickPrompts.MaxPoints;
    private const double DefaultEpsilon = 0.001;

    private PredictParameters()
    {
    }

    /// <summary>The prompts of the marks; none without marks.</summary>
    public IReadOnlyList<Prompt> Prompts { get; private init; } = [];

    /// <summary>True where everything in the picture is wanted.</summary>
    public bool IsEverything { get; private init; }

    /// <summary>Tolerance of outlines as a share of their length.</summary>
    public double Epsilon { get; private init; }

    /// <summary>True where polygons are wanted.</summary>
    public bool HasPolygons { get; private init; }

    /// <summary>True where boxes around the masks are wanted.</summary>
    public bool HasBoxes { get; private init; }

    private double? Confidence { get; init; }

    private double? Overlap { get; init; }

    private bool IsMultimask { get; init; }

    /// <summary>Reads them.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: one of them is wrong.</exception>
    public static PredictParameters Read(RequestFields fields)
    {
        if (fields.Text("text_prompt") is { Length: > 0 })
        {
            throw DoorProblem.Invalid(
                fields.PathOf("text_prompt"), "These models take no text: mark the object with a point or a rectangle.");
        }

        var prompts = PromptsOf(fields);
        var task = fields.Text("current_task");
        if (task is not (null or "" or ModelPanel.Prompt or ModelPanel.Everything))
        {
            throw DoorProblem.Invalid(
                fields.PathOf("current_task"), $"{DoorText.Quote(task)}: there are {ModelPanel.Prompt} and {ModelPanel.Everything}.");
        }

        return new PredictParameters
        {
            Prompts = prompts,
            IsEverything = prompts.Count == 0 && (task == ModelPanel.Everything || fields.Flag("everything") == true),
            Epsilon = fields.Number("epsilon_factor", 0, 1) ?? DefaultEpsilon,
            HasPolygons = fields.Flag("show_masks") ?? true,
            HasBoxes = fields.Flag("show_boxes") ?? false,
            Confidence = fields.Number("conf_threshold", 0, 1),
            Overlap = fields.Number("iou_threshold", 0, 1),
            IsMultimask = fields.Flag("multimask_output") ?? false,
        };
    }

    /// <summary>The request for the masks of the marks.</summary>
    public SegmentRequest Segment(byte[] image, string model) => new()
    {
        ImageData = UnsafeByteOperations.UnsafeWrap(image),
        Model = model,
        Prompts = { Prompts },
        Output = new OutputOptions
        {
            Formats = { MaskFormat.Polygon },
            Refinable = false,
            MaskCount = IsMultimask ? MaskCount.Three : MaskCount.One,
        },
    };

    /// <summary>The request for everything; a threshold of 0 is one that the client's user has not set.</summary>
    public SegmentEverythingRequest Everything(byte[] image, string model)
    {
        var options = new EverythingOptions();
        if (Confidence is { } confidence && confidence > 0)
        {
            options.PredIouThresh = confidence;
        }

        if (Overlap is { } overlap && overlap > 0)
        {
            options.BoxNmsThresh = overlap;
        }

        return new()
        {
            ImageData = UnsafeByteOperations.UnsafeWrap(image),
            Model = model,
            Options = options,
            Formats = { MaskFormat.Polygon },
        };
    }

    private static List<Prompt> PromptsOf(RequestFields fields)
    {
        List<Box> boxes = [];
        List<Point> points = [];
        var marks = fields.List("marks", MaxMarks);
        for (var i = 0; i < marks.Count; i++)
        {
            var path = $"{fields.PathOf("marks")}[{i}]";
            if (marks[i].ValueKind != JsonValueKind.Object)
            {
                throw DoorProblem.Invalid(path, "A JSON object is needed.");
            }

            var mark = new RequestFields(marks[i], path);
            var data = mark.Element("data") ?? throw DoorProblem.Invalid(mark.PathOf("data"), "Missing: a list of numbers.");
            switch (mark.Text("type"))
            {
                case "point":
                    var label = mark.Whole("label", 0, 1) ?? 1;
                    points.Add(ClickPrompts.PointOf(RequestFields.Numbers(data, mark.PathOf("data"), 2), label, mark.PathOf("label")));
                    break;
                case "rectangle":
                    boxes.Add(ClickPrompts.BoxOf(RequestFields.Numbers(data, mark.PathOf("data"), 4)));
                    break;
                case var other:
                    throw DoorProblem.Invalid(
                        mark.PathOf("type"), $"{DoorText.Quote(other ?? "")}: a mark is a point or a rectangle.");
            }
        }

        return marks.Count == 0 ? [] : [.. ClickPrompts.Of(boxes, points)];
    }
}
