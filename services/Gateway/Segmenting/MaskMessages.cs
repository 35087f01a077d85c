using Google.Protobuf;
using Segmentation.Grains;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Segmenting;

/// <summary>Writes masks as clients see them.</summary>
internal static class MaskMessages
{
    /// <summary>The masks of one prompt, best first as the grain ordered them.</summary>
    public static PromptResult ToResult(MaskData[] masks, OutputSpec output)
    {
        var result = new PromptResult();
        foreach (var mask in masks)
        {
            result.Masks.Add(ToMessage(mask, output));
        }

        return result;
    }

    private static Mask ToMessage(MaskData mask, OutputSpec output)
    {
        var message = new Mask
        {
            Id = mask.Id,
            PredictedIou = mask.PredictedIou,
            StabilityScore = mask.StabilityScore,
            Area = (ulong)mask.Area,
            BoundingBox = new BoundingBox
            {
                X = (uint)mask.BoxX, Y = (uint)mask.BoxY, Width = (uint)mask.BoxWidth, Height = (uint)mask.BoxHeight,
            },
        };
        if (output.RunLengths)
        {
            message.Rle = new RunLengthEncoding
            {
                Size = { (uint)mask.Height, (uint)mask.Width },
                Counts = mask.Counts,
            };
        }

        // Nobody writes to a grain's answer again, so its arrays are wrapped instead of copied.
        message.Png = mask.Png is { } png ? UnsafeByteOperations.UnsafeWrap(png) : ByteString.Empty;
        message.Logits = mask.Logits is { } logits ? UnsafeByteOperations.UnsafeWrap(logits) : ByteString.Empty;
        foreach (var polygon in mask.Polygons ?? [])
        {
            message.Polygons.Add(new Polygon { Coordinates = { polygon.Coordinates }, Hole = polygon.IsHole });
        }

        return message;
    }
}
