using System.Text.Json;
using Segmentation.Doors.Outlines;
using Segmentation.Protocol.V1;

namespace Segmentation.Doors.XAnyLabeling;

/// <summary>Writes masks as the client's shapes.</summary>
/// <param name="writer">Stands in the list of shapes.</param>
/// <param name="request">The forms that are wanted.</param>
internal sealed class ShapeWriter(Utf8JsonWriter writer, PredictParameters request)
{
    /// <summary>Label of a shape for which the client asks its user, once the object is finished.</summary>
    public const string PendingLabel = "AUTOLABEL_OBJECT";

    /// <summary>Writes a mask: a polygon for each of its regions, and the box around it, as wanted.</summary>
    public void Write(Mask mask, string label)
    {
        if (request.HasPolygons)
        {
            foreach (var region in MaskOutline.WithoutSpecks(MaskOutline.Of(mask)))
            {
                Write(RingSimplifier.Simplify(region.Outer, request.Epsilon * region.Length), "polygon", label, mask);
            }
        }

        var box = mask.BoundingBox;
        if (request.HasBoxes && box.Width > 0)
        {
            float[] corners =
            [
                box.X, box.Y, box.X + box.Width, box.Y, box.X + box.Width, box.Y + box.Height, box.X, box.Y + box.Height,
            ];
            Write(corners, "rectangle", label, mask);
        }
    }

    private void Write(IReadOnlyList<float> corners, string type, string label, Mask mask)
    {
        writer.WriteStartObject();
        writer.WriteString("label", label);
        writer.WriteString("shape_type", type);
        writer.WriteNumber("score", Math.Clamp(mask.PredictedIou, 0, 1));
        writer.WriteStartArray("points");
        var count = corners.Count / 2;
        for (var corner = 0; corner < (type == "polygon" ? count + 1 : count); corner++)
        {
            // A polygon ends where it began.
            writer.WriteStartArray();
            writer.WriteNumberValue(corners[2 * (corner % count)]);
            writer.WriteNumberValue(corners[(2 * (corner % count)) + 1]);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
