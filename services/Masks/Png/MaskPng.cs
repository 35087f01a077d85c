using System.IO.Compression;

namespace Segmentation.Masks.Png;

/// <summary>Masks as PNG files, written row by row from their run lengths: the pixels are never in memory.</summary>
public static class MaskPng
{
    /// <summary>Bytes that are compressed at a time, in a tenth of a millisecond or so.</summary>
    private const int BlockBytes = 1 << 16;

    // As differences of bytes: 0 to 255 where the mask begins, 255 to 0 where it ends.
    private const byte Begins = 255;
    private const byte Ends = 1;

    // A filtered row is zero except where the mask begins or ends, so runs of zeros are all there is to compress.
    private static readonly ZLibCompressionOptions _compression = new()
    {
        CompressionLevel = 1, CompressionStrategy = ZLibCompressionStrategy.RunLengthEncoding,
    };

    /// <summary>Writes an 8-bit grey PNG of the mask's size: 255 inside, 0 outside.</summary>
    /// <param name="mask">The mask.</param>
    /// <param name="yieldPoint">Checked every tenth of a millisecond or so.</param>
    public static byte[] Encode(RunLengths mask, YieldPoint yieldPoint = default)
    {
        ArgumentNullException.ThrowIfNull(mask);
        return PngFile.Write(
            mask.Width, mask.Height, PngColour.Grey, _compression, stream => WriteRows(mask, stream, yieldPoint));
    }

    private static void WriteRows(RunLengths mask, Stream stream, YieldPoint yieldPoint)
    {
        var edges = new RowEdges(mask, yieldPoint);
        var isInside = new bool[mask.Width];
        var rowBytes = mask.Width + 1;
        var block = new byte[Math.Clamp(BlockBytes / rowBytes, 1, mask.Height) * rowBytes];
        for (var y = 0; y < mask.Height;)
        {
            yieldPoint.Check();
            var filled = 0;
            for (; filled < block.Length && y < mask.Height; y++, filled += rowBytes)
            {
                block[filled] = PngFile.FilterUp;
                foreach (var x in edges.Of(y))
                {
                    isInside[x] = !isInside[x];
                    block[filled + 1 + x] = isInside[x] ? Begins : Ends;
                }
            }

            stream.Write(block.AsSpan(0, filled));
            block.AsSpan(0, filled).Clear();
        }
    }
}
