namespace Segmentation.Projects.Pictures.Metadata;

/// <summary>The least EXIF data that says an orientation, as a TIFF structure of 26 bytes.</summary>
internal static class OrientationExif
{
    /// <summary>Makes the data.</summary>
    /// <param name="orientation">EXIF orientation, 1 to 8.</param>
    public static byte[] Of(int orientation) =>
    [
        .. "MM"u8, 0, 42,
        0, 0, 0, 8,
        // One entry: tag 274, type short, one value; no next directory.
        0, 1,
        0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0,
        0, 0, 0, 0,
    ];
}
