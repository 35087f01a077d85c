namespace Segmentation.Masks.Geometry;

/// <summary>
/// Size of an upright image and of its place in the model's square. By <see cref="Resizing.LongestSide"/>, sizes are
/// those of <c>ResizeLongestSide</c> in segment-anything; by <see cref="Resizing.Stretch"/> the image fills the square,
/// as in <c>SAM2Transforms</c>.
/// </summary>
public readonly record struct ImageGeometry
{
    /// <summary>Side of the model's input square, in pixels.</summary>
    public const int ModelSide = 1024;

    /// <summary>Side of the decoder's low-resolution logits.</summary>
    public const int LowResSide = 256;

    /// <summary>Side of the embedding's grid of image tokens.</summary>
    public const int GridSide = 64;

    /// <param name="width">Width of the upright image in pixels, at least 1.</param>
    /// <param name="height">Height of the upright image in pixels, at least 1.</param>
    /// <param name="resizing">The model's rule.</param>
    public ImageGeometry(int width, int height, Resizing resizing = Resizing.LongestSide)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        Width = width;
        Height = height;
        Resizing = resizing;
        if (resizing == Resizing.Stretch)
        {
            (ResizedWidth, ResizedHeight) = (ModelSide, ModelSide);
            return;
        }

        var scale = ModelSide * 1.0 / Math.Max(width, height);
        // A line one pixel high and 4000 wide rounds to nothing in the reference, which then fails; one row is kept
        // here.
        ResizedWidth = Math.Max(1, (int)(width * scale + 0.5));
        ResizedHeight = Math.Max(1, (int)(height * scale + 0.5));
    }

    /// <summary>Width of the upright image, in pixels.</summary>
    public int Width { get; }

    /// <summary>Height of the upright image, in pixels.</summary>
    public int Height { get; }

    /// <summary>Rule by which the image becomes the model's square.</summary>
    public Resizing Resizing { get; }

    /// <summary>Width of the image inside the model's square: 1 to 1024 pixels.</summary>
    public int ResizedWidth { get; }

    /// <summary>Height of the image inside the model's square: 1 to 1024 pixels.</summary>
    public int ResizedHeight { get; }

    /// <summary>
    /// Columns of the embedding's 64 x 64 grid that the image's masks depend on: the columns that hold image, and one
    /// of padding if the image ends where a cell ends.
    /// </summary>
    public int GridColumns => GridCells(ResizedWidth);

    /// <summary>
    /// Rows of the embedding's 64 x 64 grid that the image's masks depend on: the rows that hold image, and one of
    /// padding if the image ends where a cell ends.
    /// </summary>
    public int GridRows => GridCells(ResizedHeight);

    private static int CellSide => ModelSide / GridSide;

    /// <summary>Maps an x coordinate of the image to the model's square, both in pixels.</summary>
    public float ToModelX(float x) => (float)(x * ((double)ResizedWidth / Width));

    /// <summary>Maps a y coordinate of the image to the model's square, both in pixels.</summary>
    public float ToModelY(float y) => (float)(y * ((double)ResizedHeight / Height));

    /// <remarks>
    /// The logits' values sit at pixels 1.5, 5.5, 9.5, ... of the square, and the last pixel of the image is
    /// interpolated between the values on either side of it. So an image of 576 rows, 36 cells of 16, needs the value
    /// at 577.5 from the 37th cell; the same holds for every size that leaves less than two pixels of its last cell.
    /// </remarks>
    private static int GridCells(int resized) => Math.Min(GridSide, (resized + 2 + CellSide - 1) / CellSide);
}
