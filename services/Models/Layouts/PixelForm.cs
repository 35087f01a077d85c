namespace Segmentation.Models.Layouts;

/// <summary>Form in which an encoder takes an image.</summary>
public enum PixelForm
{
    /// <summary>
    /// Graph of ModelBuilder: bytes [B,1024,1024,3] in the top left corner of the square, and sizes int64 [B,2].
    /// </summary>
    Built,

    /// <summary>[B,3,1024,1024], (value - mean) / deviation, zeros in the padding.</summary>
    ChannelsNormalised,

    /// <summary>[B,3,height,width], 0 to 1.</summary>
    ChannelsUnit,

    /// <summary>
    /// [height,width,3], 0 to 255, of the resized image without padding: normalised and padded in the graph.
    /// </summary>
    RowsColumnsChannels,

    /// <summary>
    /// [1,3,height,width] bytes of the resized image: normalised and padded in the graph. Height and width may be
    /// fixed.
    /// </summary>
    ChannelsBytes,
}
