using Google.Protobuf;
using Segmentation.Embeddings;
using Segmentation.Gateway.Answers;
using Segmentation.Masks.Everything;
using Segmentation.Masks.Geometry;
using Segmentation.Masks.Png;
using Segmentation.Masks.Polygons;
using Segmentation.Protocol.V1;
using Forms = Segmentation.Grains.MaskForms;

namespace Segmentation.Gateway.Everything;

/// <summary>Writes masks as clients see them, in the forms that were asked for.</summary>
internal sealed class FoundMasks(IReadOnlyCollection<MaskFormat> formats)
{
    private readonly bool _rle =
        formats.Count == 0 || formats.Contains(MaskFormat.Rle) || formats.Contains(MaskFormat.Unspecified);

    /// <summary>True when the forms asked for take long to make: PNG or polygons.</summary>
    public bool TakeLong => formats.Contains(MaskFormat.Png) || formats.Contains(MaskFormat.Polygon);

    /// <summary>Bytes of a mask, roughly.</summary>
    /// <param name="image">The image.</param>
    public long Estimate(EmbeddingInfo image) => AnswerSize.OfMask(
        (formats.Contains(MaskFormat.Png) ? Forms.Png : Forms.None)
            | (formats.Contains(MaskFormat.Polygon) ? Forms.Polygons : Forms.None),
        _rle,
        image.Width,
        image.Height);

    /// <summary>A mask.</summary>
    /// <param name="found">The mask.</param>
    /// <param name="index">Its number, from 0.</param>
    public FoundMask ToMessage(EverythingMask found, int index)
    {
        var mask = new Mask
        {
            PredictedIou = found.PredictedIou,
            StabilityScore = found.StabilityScore,
            Area = (ulong)found.Area,
            BoundingBox = ToMessage(found.Box),
        };
        if (_rle)
        {
            mask.Rle = new RunLengthEncoding
            {
                Size = { (uint)found.RunLengths.Height, (uint)found.RunLengths.Width },
                Counts = found.RunLengths.ToCocoString(),
            };
        }

        if (formats.Contains(MaskFormat.Png))
        {
            mask.Png = UnsafeByteOperations.UnsafeWrap(MaskPng.Encode(found.RunLengths));
        }

        if (formats.Contains(MaskFormat.Polygon))
        {
            mask.Polygons.Add(MaskPolygons.Trace(found.RunLengths)
                .Select(polygon => new Polygon { Coordinates = { polygon.Coordinates }, Hole = polygon.IsHole }));
        }

        return new FoundMask
        {
            Mask = mask,
            Point = new Point { X = (float)found.PointX, Y = (float)found.PointY, Label = PointLabel.Foreground },
            CropBox = ToMessage(found.CropBox),
            Index = (uint)index,
        };
    }

    private static BoundingBox ToMessage(PixelBox box) =>
        new() { X = (uint)box.X, Y = (uint)box.Y, Width = (uint)box.Width, Height = (uint)box.Height };
}
