using Segmentation.Doors.Geography;

namespace Segmentation.Doors.Tests.Geography;

public sealed class MapProjectionTests
{
    /// <summary>Coordinates by PROJ 9.1.1.</summary>
    [Theory]
    [InlineData(32633, 12.5, 45.2, 303648.79904, 5008208.82433)]
    [InlineData(32610, -123.1207, 49.2827, 491221.77067, 5458889.98010)]
    [InlineData(32756, 151.2093, -33.8688, 334368.63365, 6250948.34539)]
    [InlineData(32633, 17.9, 83.9, 534390.83127, 9317795.75333)]
    [InlineData(32632, 9, 0, 500000, 0)]
    [InlineData(32719, -70.5, -54.8, 403574.19928, 3926432.50319)]
    [InlineData(32632, 30, 60, 1657788.51510, 6838296.29250)]
    [InlineData(32631, 3.0001, 72.5, 500003.35634, 8044704.74078)]
    [InlineData(3857, 12.5, 45.2, 1391493.63492, 5653062.53863)]
    [InlineData(3857, -123.1207, 49.2827, -13705733.63011, 6322966.51581)]
    [InlineData(3857, 179.5, -85, 19981848.59739, -19971868.88041)]
    public void To_ThereAndBack_IsExact(int epsg, double longitude, double latitude, double x, double y)
    {
        var (degrees, system) = (MapProjection.Of(4326)!, MapProjection.Of(epsg)!);

        var there = degrees.To(system, longitude, latitude);
        var back = system.To(degrees, x, y);

        Assert.Equal(x, there.X, 2e-5);
        Assert.Equal(y, there.Y, 2e-5);
        Assert.Equal(longitude, back.X, 1e-9);
        Assert.Equal(latitude, back.Y, 1e-9);
    }

    [Fact]
    public void To_AZoneOnTheOtherSideOfTheEarth_GivesNoNumbers()
    {
        var degrees = MapProjection.Of(4326)!;

        Assert.Equal(double.NaN, degrees.To(MapProjection.Of(32633)!, -165, 10).X);
        Assert.Equal(double.NaN, degrees.To(MapProjection.Of(3857)!, 0, 95).Y);
        Assert.Equal(double.NaN, MapProjection.Of(32633)!.To(degrees, 5e7, 0).X);

        // Across the date line a zone goes on.
        var (west, east) = (degrees.To(MapProjection.Of(32601)!, -179.9, 10), degrees.To(MapProjection.Of(32601)!, 180.1, 10));
        Assert.Equal(west.X, east.X, 1e-6);
    }

    [Theory]
    [InlineData(4269)]
    [InlineData(32600)]
    [InlineData(32661)]
    [InlineData(32700)]
    [InlineData(32761)]
    public void Of_OtherSystems_GivesNone(int epsg) => Assert.Null(MapProjection.Of(epsg));
}
