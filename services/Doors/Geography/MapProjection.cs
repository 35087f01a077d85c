namespace Segmentation.Doors.Geography;

/// <summary>
/// Coordinate reference systems on WGS 84 between which coordinates can be converted: EPSG:4326 (x is the longitude),
/// EPSG:3857, and the UTM zones EPSG:32601 to 32660 and 32701 to 32760.
/// </summary>
/// <param name="toDegrees">From x and y to longitude and latitude.</param>
/// <param name="fromDegrees">From longitude and latitude to x and y.</param>
internal sealed class MapProjection(
    Func<double, double, (double Longitude, double Latitude)> toDegrees,
    Func<double, double, (double X, double Y)> fromDegrees)
{
    /// <summary>Those that there are, for messages.</summary>
    public const string Known = "EPSG:4326, EPSG:3857 and the UTM zones EPSG:32601 to 32660 and 32701 to 32760";

    private const double Radius = 6378137;
    private const int DegreesOfZone = 6;

    /// <summary>The projection of a code; null where it is none of these.</summary>
    public static MapProjection? Of(int epsg) => epsg switch
    {
        4326 => new((x, y) => (x, y), (longitude, latitude) => (longitude, latitude)),
        3857 => new(FromMercator, ToMercator),
        >= 32601 and <= 32660 => Utm(epsg - 32600, falseNorthing: 0),
        >= 32701 and <= 32760 => Utm(epsg - 32700, falseNorthing: 10_000_000),
        _ => null,
    };

    /// <summary>Converts coordinates of this system to those of another one.</summary>
    /// <returns>No numbers (NaN, or infinite) where the other one has none for them.</returns>
    public (double X, double Y) To(MapProjection other, double x, double y)
    {
        var (longitude, latitude) = ToDegrees(x, y);
        return other.FromDegrees(longitude, latitude);
    }

    private (double Longitude, double Latitude) ToDegrees(double x, double y) => toDegrees(x, y);

    private (double X, double Y) FromDegrees(double longitude, double latitude) =>
        Math.Abs(latitude) <= 90 ? fromDegrees(longitude, latitude) : (double.NaN, double.NaN);

    private static (double Longitude, double Latitude) FromMercator(double x, double y) => (
        double.RadiansToDegrees(x / Radius), double.RadiansToDegrees(Math.Atan(Math.Sinh(y / Radius))));

    private static (double X, double Y) ToMercator(double longitude, double latitude) => (
        Radius * double.DegreesToRadians(longitude),
        Radius * Math.Asinh(Math.Tan(double.DegreesToRadians(latitude))));

    private static MapProjection Utm(int zone, double falseNorthing)
    {
        var meridian = (DegreesOfZone * zone) - 183;
        return new(
            (x, y) => TransverseMercator.ToDegrees(x, y - falseNorthing, meridian),
            (longitude, latitude) =>
            {
                var (x, y) = TransverseMercator.FromDegrees(longitude, latitude, meridian);
                return (x, y + falseNorthing);
            });
    }
}
