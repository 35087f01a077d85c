using System.Buffers.Text;
using System.Text.Json;
using Segmentation.Formats.Items;
using Segmentation.Formats.Json;
using Segmentation.Formats.Shapes;
using Segmentation.Masks;
using Segmentation.Masks.Png;

namespace Segmentation.Formats.Labelme;

/// <summary>Reads one shape of labelme: a polygon, or a mask as a PNG file within its box.</summary>
internal static class LabelmeShape
{
    private const int MaxMaskText = 1 << 26;

    /// <summary>Reads a shape.</summary>
    /// <exception cref="BadItemException">The shape is wrong, or has no inside.</exception>
    public static DatasetMask Read(JsonElement shape, int width, int height, CancellationToken cancellationToken)
    {
        var type = TypeOf(shape);
        var points = JsonFields.Pairs(shape.Needed("points"), "points");
        var mask = type switch
        {
            "mask" => ReadMask(shape, points, width, height),
            "polygon" => MaskReading.OfRing(height, width, points, "points", cancellationToken),
            _ => throw new BadItemException(
                "shape_type", "This shape has no mask. Only masks and polygons are read."),
        };
        var more = shape.Field("segmentation") ?? default;
        var read = new DatasetMask
        {
            Id = more.TextOrNull("id"),
            Label = shape.Text("label"),
            Mask = MaskReading.NotEmpty(mask, type == "mask" ? "mask" : "points"),
            PredictedIou = more.ScoreOrNull("predicted_iou") ?? shape.ScoreOrNull("score"),
            StabilityScore = more.ScoreOrNull("stability_score"),
            Source = more.TextOrNull("source"),
        };
        read = read.WithFieldsOf(more);
        return read with
        {
            Group = shape.SmallOr("group_id", 0),
            AttributesJson = read.AttributesJson
                ?? (shape.Field("flags") is { } flags ? JsonText.Without(flags) : null),
        };
    }

    /// <summary>
    /// Returns the label of a mask or polygon, which is not looked into; null: the shape is none, or wrong.
    /// </summary>
    public static string? LabelOf(JsonElement shape)
    {
        try
        {
            return TypeOf(shape) is "mask" or "polygon" ? shape.TextOrNull("label") : null;
        }
        catch (BadItemException)
        {
            // Reported where the shape is read.
            return null;
        }
    }

    private static string TypeOf(JsonElement shape) => shape.TextOrNull("shape_type") ?? "polygon";

    private static RunLengths ReadMask(JsonElement shape, double[] points, int width, int height)
    {
        if (points.Length != 4)
        {
            throw new BadItemException("points", "A mask has two points: its first and its last pixel.");
        }

        var png = PngOf(shape);
        var (left, top) = (Math.Round(points[0]), Math.Round(points[1]));
        if (left < 0 || top < 0 || left + png.Width > width || top + png.Height > height)
        {
            throw new BadItemException(
                "points", $"The mask of {png.Width} x {png.Height} pixels lies outside of the picture {width} x {height}.");
        }

        var pixels = new byte[png.Width * png.Height];
        for (var y = 0; y < png.Height; y++)
        {
            for (var x = 0; x < png.Width; x++)
            {
                pixels[y * png.Width + x] = png[x, y] == 0 ? (byte)0 : (byte)1;
            }
        }

        return new MaskCrop(new((int)left, (int)top, png.Width, png.Height), pixels).ToMask(height, width);
    }

    private static PngPixels PngOf(JsonElement shape)
    {
        var value = shape.Needed("mask");
        var text = value.ValueKind == JsonValueKind.String ? JsonFields.TextOf(value, "mask") : null;
        if (text is null || text.Length > MaxMaskText)
        {
            throw new BadItemException("mask", $"The mask is no text of at most {MaxMaskText} characters.");
        }

        var bytes = new byte[text.Length];
        if (!Base64.IsValid(text) || !Convert.TryFromBase64String(text, bytes, out var length))
        {
            throw new BadItemException("mask", "The mask is no base64.");
        }

        try
        {
            return PngReader.Read(bytes.AsMemory(0, length), DatasetPictureSize.MaxPixels);
        }
        catch (PngFormatException exception)
        {
            throw new BadItemException("mask", $"The mask is no PNG that can be read: {exception.Message}.");
        }
    }
}
