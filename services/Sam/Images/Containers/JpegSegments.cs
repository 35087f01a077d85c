namespace Segmentation.Sam.Images.Containers;

/// <summary>Chooses the segments of a JPEG that pixels depend on.</summary>
internal sealed class JpegSegments
{
    // A profile is cut into at most 255 numbered pieces.
    private const int MostProfilePieces = 255;

    private bool _hasJfif;
    private bool _hasExif;
    private bool _hasAdobe;
    private int _profilePieces;

    /// <summary>
    /// Returns true for segments that the library needs; of each kind of application data only the first.
    /// </summary>
    /// <param name="marker">The marker's second byte.</param>
    /// <param name="content">The segment without its length.</param>
    public bool IsNeeded(byte marker, ReadOnlySpan<byte> content) => marker switch
    {
        0xE0 => content.StartsWith("JFIF\0"u8) && First(ref _hasJfif),
        0xE1 => content.StartsWith("Exif\0"u8) && First(ref _hasExif),
        0xE2 => content.StartsWith("ICC_PROFILE\0"u8) && _profilePieces++ < MostProfilePieces,
        0xEE => content.StartsWith("Adobe"u8) && First(ref _hasAdobe),
        (>= 0xE3 and <= 0xEF) or 0xFE => false,
        _ => true,
    };

    private static bool First(ref bool has)
    {
        var isFirst = !has;
        has = true;
        return isFirst;
    }
}
