namespace Segmentation.Formats.Items;

/// <summary>Bounds of a picture's size.</summary>
internal static class DatasetPictureSize
{
    /// <summary>Pixels of the longest side.</summary>
    public const int MaxSide = 1 << 20;

    /// <summary>Pixels in all: 16,384 x 16,384.</summary>
    public const long MaxPixels = 1L << 28;

    /// <summary>Returns a size within the bounds.</summary>
    /// <exception cref="BadItemException">The size is none, or too large.</exception>
    public static (int Width, int Height) Checked(long width, long height)
    {
        if (width is < 1 or > MaxSide)
        {
            throw new BadItemException("width", $"The width is {width}, not 1 to {MaxSide}.");
        }

        if (height is < 1 or > MaxSide)
        {
            throw new BadItemException("height", $"The height is {height}, not 1 to {MaxSide}.");
        }

        return width * height <= MaxPixels
            ? ((int)width, (int)height)
            : throw new BadItemException(
                "width", $"The picture has {width} x {height} pixels, more than {MaxPixels}.");
    }

    /// <summary>Returns the size of a picture whose format does not tell it.</summary>
    /// <param name="name">The picture's name.</param>
    /// <param name="file">The picture's file in the dataset; null: none.</param>
    /// <param name="sizes">Sizes by name, or by file.</param>
    /// <exception cref="BadItemException">The size is not known.</exception>
    public static (int Width, int Height) Known(
        string name, string? file, Func<string, (int Width, int Height)?> sizes)
    {
        var (width, height) = sizes(name) ?? (file is null ? null : sizes(file)) ?? throw new BadItemException(
            "", "The size of this picture is not known. Add the picture to the project, or to the dataset.");
        return Checked(width, height);
    }
}
