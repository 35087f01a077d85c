using Segmentation.Doors.Crops;
using Segmentation.Masks.Geometry;

namespace Segmentation.Doors.Cvat;

/// <summary>Boxes as CVAT writes them.</summary>
internal static class CvatBounds
{
    /// <summary>Writes left, top, right and bottom; the last column and row are included.</summary>
    /// <param name="chunks">Where they go.</param>
    /// <param name="box">The box, of at least one pixel.</param>
    public static void Bounds(this JsonChunks chunks, PixelBox box)
    {
        chunks.Number(box.X);
        chunks.Text(","u8);
        chunks.Number(box.Y);
        chunks.Text(","u8);
        chunks.Number(box.X + box.Width - 1);
        chunks.Text(","u8);
        chunks.Number(box.Y + box.Height - 1);
    }
}
