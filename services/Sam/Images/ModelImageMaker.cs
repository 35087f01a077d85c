using Segmentation.Masks.Geometry;

namespace Segmentation.Sam.Images;

/// <summary>
/// Makes an image for the encoder while its rows arrive: in whole grey levels by
/// <see cref="Resizing.LongestSide"/>, as SAM 1's transform does, and with fractions by <see cref="Resizing.Stretch"/>,
/// as SAM 2's does.
/// </summary>
internal sealed class ModelImageMaker
{
    private readonly ImageGeometry _geometry;
    private readonly int _orientation;
    private readonly (int Width, int Height) _size;
    private readonly Resampler? _levels;
    private readonly FineResampler? _steps;

    /// <param name="geometry">Sizes of the upright image.</param>
    /// <param name="orientation">Its EXIF orientation.</param>
    /// <param name="width">Width of the rows that will be pushed, in pixels.</param>
    /// <param name="height">Number of rows that will be pushed.</param>
    /// <param name="extentX">Source pixels the output covers horizontally; see <see cref="ResampleWeights"/>.</param>
    /// <param name="extentY">The same vertically.</param>
    public ModelImageMaker(
        ImageGeometry geometry, int orientation, int width, int height, double extentX, double extentY)
    {
        (_geometry, _orientation) = (geometry, orientation);
        _size = ExifOrientation.SwapsSides(orientation)
            ? (geometry.ResizedHeight, geometry.ResizedWidth)
            : (geometry.ResizedWidth, geometry.ResizedHeight);
        if (geometry.Resizing == Resizing.Stretch)
        {
            _steps = new FineResampler(width, height, _size.Width, _size.Height, extentX, extentY);
        }
        else
        {
            _levels = new Resampler(width, height, _size.Width, _size.Height, extentX, extentY);
        }
    }

    /// <summary>Takes the next rows, from top to bottom.</summary>
    /// <param name="rows">Whole rows of RGB bytes.</param>
    public void Push(ReadOnlySpan<byte> rows)
    {
        _levels?.Push(rows);
        _steps?.Push(rows);
    }

    /// <summary>Turns the image upright, once all rows were pushed.</summary>
    /// <param name="mediaType">Media type of the file.</param>
    public ModelImage Finish(string mediaType)
    {
        if (_levels is not null)
        {
            var levels = ExifOrientation.Apply(_orientation, _levels.Output, _size.Width, _size.Height);
            return new ModelImage(_geometry, mediaType, levels);
        }

        var steps = ExifOrientation.Apply(_orientation, _steps!.Output, _size.Width, _size.Height);
        var rounded = Array.ConvertAll(
            steps, step => (byte)((step + FineResampler.Steps / 2) / FineResampler.Steps));
        return new ModelImage(_geometry, mediaType, rounded, steps);
    }
}
