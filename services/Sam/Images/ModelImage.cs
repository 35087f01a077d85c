using Segmentation.Masks.Geometry;

namespace Segmentation.Sam.Images;

/// <summary>An image as the encoder takes it: upright, RGB, longest side or both sides 1024.</summary>
public sealed class ModelImage
{
    /// <param name="geometry">Sizes before and after the transform.</param>
    /// <param name="mediaType">Media type of the file, for example <c>image/jpeg</c>.</param>
    /// <param name="pixels">RGB bytes, ResizedHeight x ResizedWidth x 3 in row-major order.</param>
    /// <param name="steps">The same in 256ths of a grey level, or null.</param>
    public ModelImage(ImageGeometry geometry, string mediaType, byte[] pixels, ushort[]? steps = null)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        var expected = geometry.ResizedHeight * geometry.ResizedWidth * 3;
        if (pixels.Length != expected)
        {
            throw new ArgumentException($"Expected {expected} bytes of pixels, got {pixels.Length}.", nameof(pixels));
        }

        Geometry = geometry;
        MediaType = mediaType;
        Pixels = pixels;
        Steps = steps;
    }

    /// <summary>Sizes before and after the transform.</summary>
    public ImageGeometry Geometry { get; }

    /// <summary>Media type of the file, for example <c>image/jpeg</c>.</summary>
    public string MediaType { get; }

    /// <summary>RGB bytes, ResizedHeight x ResizedWidth x 3 in row-major order.</summary>
    public byte[] Pixels { get; }

    /// <summary>
    /// The same in 256ths of a grey level, for models whose transform keeps fractions (<see cref="Resizing.Stretch"/>);
    /// else null.
    /// </summary>
    internal ushort[]? Steps { get; }
}
