namespace Segmentation.Doors.Geography;

/// <summary>
/// An affine map from a picture's pixels to coordinates. Column 0, row 0 is the upper left corner of the first pixel.
/// </summary>
/// <param name="OriginX">x of that corner.</param>
/// <param name="XPerColumn">Growth of x with a column.</param>
/// <param name="XPerRow">Growth of x with a row; 0 where the picture is not turned.</param>
/// <param name="OriginY">y of that corner.</param>
/// <param name="YPerColumn">Growth of y with a column; 0 where the picture is not turned.</param>
/// <param name="YPerRow">Growth of y with a row; negative where north is up.</param>
internal readonly record struct AffineMap(
    double OriginX, double XPerColumn, double XPerRow, double OriginY, double YPerColumn, double YPerRow)
{
    /// <summary>Columns and rows themselves: a picture that lies nowhere.</summary>
    public static AffineMap Pixels { get; } = new(0, 1, 0, 0, 0, 1);

    /// <summary>True where all numbers are finite, and different pixels lie at different coordinates.</summary>
    public bool IsInvertible => double.IsNormal(Determinant) && double.IsFinite(OriginX) && double.IsFinite(OriginY);

    private double Determinant => (XPerColumn * YPerRow) - (XPerRow * YPerColumn);

    /// <summary>Coordinates of a place in the picture.</summary>
    public (double X, double Y) ToMap(double column, double row) => (
        OriginX + (column * XPerColumn) + (row * XPerRow),
        OriginY + (column * YPerColumn) + (row * YPerRow));

    /// <summary>Place in the picture of coordinates.</summary>
    public (double Column, double Row) ToPixels(double x, double y)
    {
        var (dx, dy) = (x - OriginX, y - OriginY);
        return (
            ((dx * YPerRow) - (dy * XPerRow)) / Determinant,
            ((dy * XPerColumn) - (dx * YPerColumn)) / Determinant);
    }

    /// <summary>The same map with its origin moved in the picture.</summary>
    public AffineMap Moved(double columns, double rows)
    {
        var (x, y) = ToMap(columns, rows);
        return this with { OriginX = x, OriginY = y };
    }
}
