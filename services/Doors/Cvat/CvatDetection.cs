using System.Text.Json;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Segmentation.Doors.Contract;
using Segmentation.Doors.Prompts;
using Segmentation.Masks;
using Segmentation.Protocol.V1;

namespace Segmentation.Doors.Cvat;

/// <summary>Answers CVAT's automatic annotation: a picture to the masks of everything in it.</summary>
internal sealed class CvatDetection(CvatOptions options)
{
    /// <summary>Answers an invocation of a detector. The search ends when CVAT leaves.</summary>
    /// <param name="call">The request.</param>
    /// <param name="model">The model.</param>
    /// <param name="body">Its JSON, with <c>image</c> and perhaps <c>threshold</c>.</param>
    public async Task<IResult> AnswerAsync(DoorCall call, string model, JsonElement body)
    {
        var search = new EverythingOptions { PointsPerSide = (uint)options.PointsPerSide };
        if (CvatBody.Threshold(body) is { } threshold)
        {
            search.PredIouThresh = threshold;
        }

        var request = new SegmentEverythingRequest
        {
            Options = search,
            Formats = { MaskFormat.Rle },
            Model = model,
            ImageData = UnsafeByteOperations.UnsafeWrap(CvatBody.Picture(body)),
        };
        var found = await call.Model.EverythingAsync(request, call.Aborted);
        return new CvatShapes([.. Bounded(found.Masks)], options.Label);
    }

    /// <summary>The most reliable masks within the bounds.</summary>
    private IEnumerable<(float Confidence, RunLengths Mask)> Bounded(IReadOnlyList<FoundMask> masks)
    {
        long pixels = 0;
        foreach (var mask in masks.Select(found => found.Mask).Where(mask => mask.Area > 0).Take(options.MaxMasks))
        {
            pixels += (long)mask.BoundingBox.Width * mask.BoundingBox.Height;
            if (pixels > options.MaxPixels)
            {
                yield break;
            }

            yield return (mask.PredictedIou, Clicks.Runs(mask));
        }
    }
}
