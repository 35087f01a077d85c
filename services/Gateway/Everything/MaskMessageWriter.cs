using Google.Protobuf;
using Segmentation.Embeddings;
using Segmentation.Gateway.Answers;
using Segmentation.Masks;
using Segmentation.Masks.Everything;
using Segmentation.Masks.Geometry;
using Segmentation.Masks.Png;
using Segmentation.Masks.Polygons;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Everything;

/// <summary>Writes masks as messages, in the formats that a request asks for.</summary>
internal sealed class MaskMessageWriter(IReadOnlyCollection<MaskFormat> formats)
{
    private readonly bool _rle =
        formats.Count == 0 || formats.Contains(MaskFormat.Rle) || formats.Contains(MaskFormat.Unspecified);

    /// <summary>True if a message takes milliseconds to make: PNG or polygons are asked for.</summary>
    public bool IsSlow => formats.Contains(MaskFormat.Png) || formats.Contains(MaskFormat.Polygon);

    /// <summary>Estimates the bytes of a message.</summary>
    /// <param name="image">The image.</param>
    public long Estimate(EmbeddingInfo image) => AnswerSize.OfMask(
        (formats.Contains(MaskFormat.Png) ? MaskForms.Png : MaskForms.None)
            | (formats.Contains(MaskFormat.Polygon) ? MaskForms.Polygons : MaskForms.None),
        _rle,
        image.Width,
        image.Height);

    /// <summary>Writes a mask.</summary>
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
