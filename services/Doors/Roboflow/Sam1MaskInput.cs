using System.Text.Json;
using Segmentation.Doors.Contract;
using Segmentation.Doors.Pictures;
using Segmentation.Doors.Prompts;
using Segmentation.Masks.Polygons;

namespace Segmentation.Doors.Roboflow;

/// <summary>
/// Masks that clients of <c>/sam/segment_image</c> send along, of 256 x 256: polygons, or an array of numpy's in base64.
/// </summary>
internal static class Sam1MaskInput
{
    private const string Path = "mask_input";
    private const int Side = 256;

    /// <summary>Reads a mask as logits. Of polygons they are 1 inside and 0 outside, as roboflow's server makes them.</summary>
    /// <param name="mask">The field.</param>
    /// <param name="format"><c>json</c> or <c>binary</c>.</param>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: no such mask.</exception>
    public static float[] Read(JsonElement mask, string format)
    {
        try
        {
            return format switch
            {
                "json" => OfPolygons(DoorFields.Items(mask, Path)),
                "binary" => NumpyFile.Read(PictureText.Decode(mask, Path), Side * Side),
                _ => throw DoorProblem.Invalid("mask_input_format", "Unknown: json or binary is needed."),
            };
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw DoorProblem.Invalid(Path, exception.Message.Split(" (Parameter")[0]);
        }
    }

    private static float[] OfPolygons(IReadOnlyList<JsonElement> polygons)
    {
        var values = new float[Side * Side];
        for (var i = 0; i < polygons.Count; i++)
        {
            var corners = DoorFields.Items(polygons[i], $"{Path}[{i}]");
            var ring = new double[corners.Count * 2];
            for (var corner = 0; corner < corners.Count; corner++)
            {
                (ring[2 * corner], ring[(2 * corner) + 1]) = DoorFields.Pair(corners[corner], $"{Path}[{i}][{corner}]");
            }

            var pixels = PolygonFill.Fill(Side, Side, ring).ToBytes();
            for (var pixel = 0; pixel < values.Length; pixel++)
            {
                values[pixel] = Math.Max(values[pixel], pixels[pixel]);
            }
        }

        return values;
    }
}
