using System.Text.Json;
using Segmentation.Doors.Contract;
using Segmentation.Doors.Pictures;
using Segmentation.Doors.Prompts;

namespace Segmentation.Doors.Cvat;

/// <summary>Fields that all invocations of CVAT's have.</summary>
internal static class CvatBody
{
    /// <summary>The picture's file, in base64 or as a data URL.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: missing, or no base64.</exception>
    public static byte[] Picture(JsonElement body) => PictureText.Decode(body.Find("image") ?? default, "image");

    /// <summary>The least predicted IoU that a mask must have, 0 to 1; null where the request says nothing.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: something else.</exception>
    public static float? Threshold(JsonElement body)
    {
        if (body.Find("threshold") is not { } field)
        {
            return null;
        }

        var threshold = DoorFields.Number(field, "threshold");
        return threshold is >= 0 and <= 1
            ? threshold
            : throw DoorProblem.Invalid("threshold", $"{threshold} is outside of 0 to 1.");
    }
}
