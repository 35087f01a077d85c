using System.Text.Json;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Segmentation.Doors.Contract;
using Segmentation.Doors.Prompts;
using Segmentation.Protocol.V1;

namespace Segmentation.Doors.Cvat;

/// <summary>Answers a click in CVAT: a picture, points and a box to the best mask.</summary>
internal static class CvatInteraction
{
    /// <summary>Answers an invocation of an interactor.</summary>
    /// <param name="call">The request.</param>
    /// <param name="model">The model.</param>
    /// <param name="body">Its JSON, with <c>image</c>, <c>pos_points</c>, <c>neg_points</c>, <c>obj_bbox</c>.</param>
    public static async Task<IResult> AnswerAsync(DoorCall call, string model, JsonElement body)
    {
        var threshold = CvatBody.Threshold(body);
        var request = new SegmentRequest
        {
            Prompts = { PromptOf(body) },
            Output = new OutputOptions { Formats = { MaskFormat.Rle }, Refinable = false },
            Model = model,
            ImageData = UnsafeByteOperations.UnsafeWrap(CvatBody.Picture(body)),
        };
        var response = await call.Model.SegmentAsync(request, call.Aborted);
        var best = response.Results[0].Masks[0];
        return best.Area == 0 || best.PredictedIou < threshold
            ? new CvatMask(null)
            : new CvatMask(Clicks.Runs(best));
    }

    private static Prompt PromptOf(JsonElement body)
    {
        var prompt = new Prompt { Box = BoxOf(body) };
        AddPoints(prompt, body, "pos_points", isInside: true);
        AddPoints(prompt, body, "neg_points", isInside: false);
        return prompt.Box is not null || prompt.Points.Count > 0 ? prompt : throw DoorProblem.Invalid(
            "pos_points", "Empty, as neg_points and obj_bbox are: click on the object, or draw a box around it.");
    }

    private static void AddPoints(Prompt prompt, JsonElement body, string name, bool isInside)
    {
        var points = body.List(name, name);
        for (var i = 0; i < points.Count; i++)
        {
            var (x, y) = DoorFields.Pair(points[i], $"{name}[{i}]");
            prompt.Points.Add(Clicks.Point(x, y, isInside));
        }
    }

    /// <summary>
    /// The box, by two corners or as four numbers; null where there is none: CVAT sends null or an empty list.
    /// </summary>
    private static Box? BoxOf(JsonElement body)
    {
        const string Name = "obj_bbox";
        var corners = body.List(Name, Name);
        return corners.Count switch
        {
            0 => null,
            2 => Clicks.Box(DoorFields.Pair(corners[0], $"{Name}[0]"), DoorFields.Pair(corners[1], $"{Name}[1]")),
            4 => Clicks.Box((Number(0), Number(1)), (Number(2), Number(3))),
            _ => throw DoorFields.Wrong(body.GetProperty(Name), Name, "two corners, [[x1, y1], [x2, y2]],"),
        };

        float Number(int index) => DoorFields.Number(corners[index], $"{Name}[{index}]");
    }
}
