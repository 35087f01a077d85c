namespace Segmentation.Sam.Images.Containers;

/// <summary>Chooses the chunks of an extended WebP that the first picture depends on: one of each.</summary>
/// <param name="isAnimated">True when pictures are in frames.</param>
internal sealed class WebPChunks(bool isAnimated)
{
    private bool _hasPicture;
    private bool _hasAlpha;
    private bool _hasAnimation;
    private bool _hasExif;

    /// <summary>Returns true for chunks that the library needs.</summary>
    /// <param name="type">Its four letters; shorter where the file is cut off.</param>
    public bool IsNeeded(ReadOnlySpan<byte> type)
    {
        if (type.SequenceEqual("EXIF"u8))
        {
            return First(ref _hasExif);
        }

        if (isAnimated)
        {
            return (type.SequenceEqual("ANIM"u8) && First(ref _hasAnimation))
                || (type.SequenceEqual("ANMF"u8) && First(ref _hasPicture));
        }

        return (type.SequenceEqual("ALPH"u8) && !_hasPicture && First(ref _hasAlpha))
            || ((type.SequenceEqual("VP8 "u8) || type.SequenceEqual("VP8L"u8)) && First(ref _hasPicture));
    }

    private static bool First(ref bool has)
    {
        var isFirst = !has;
        has = true;
        return isFirst;
    }
}
