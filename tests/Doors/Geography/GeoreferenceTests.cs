using Segmentation.Doors.Geography;

namespace Segmentation.Doors.Tests.Geography;

public sealed class GeoreferenceTests
{
    private static readonly double[] _scale = [0.5, 0.25, 0];
    private static readonly double[] _tie = [10, 20, 0, 300_000, 5_000_000, 0];
    private static readonly double[] _matrix = [2, 1, 0, 100, 0.5, -3, 0, 200, 0, 0, 0, 0, 0, 0, 0, 1];

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public void Read_ScaleAndTiepoint_OfEachByteOrder(bool isLittle, bool isBig)
    {
        var read = Georeference.Read(GeoPicture.Dot(
            isLittle, isBig, (33550, _scale), (33922, _tie), (34735, GeoPicture.Projected(32633)), (34737, "UTM|\0"u8.ToArray())))!;

        Assert.Equal((1L, 1L, (int?)32633), (read.Width, read.Height, read.Epsg));
        Assert.Equal((300_000, 5_000_000), read.Map.ToMap(10, 20));
        Assert.Equal((300_000.5, 4_999_999.75), read.Map.ToMap(11, 21));
        Assert.Equal((11, 21), read.Map.ToPixels(300_000.5, 4_999_999.75));
        Assert.Equal(_scale, read.Tags.Scale);
        Assert.Equal(_tie, read.Tags.Tiepoints);
        Assert.Equal("UTM|\0"u8.ToArray(), read.Tags.Text);
    }

    [Fact]
    public void Read_Transformation_TurnsThePicture()
    {
        var read = Georeference.Read(GeoPicture.Dot(true, false, (34264, _matrix), (34735, GeoPicture.Geographic(4326))))!;

        Assert.Equal(4326, read.Epsg);
        Assert.Equal((105, 198), read.Map.ToMap(2, 1));
        Assert.Equal((2, 1), read.Map.ToPixels(105, 198));
    }

    /// <summary>Coordinates of points are those of the pixels' centres, as GDAL reads them.</summary>
    [Fact]
    public void Read_PixelIsPoint_MovesByHalfAPixel()
    {
        ushort[] keys = [1, 1, 0, 1, 1025, 0, 1, 2];
        var read = Georeference.Read(GeoPicture.Dot(true, false, (33550, _scale), (33922, _tie), (34735, keys)))!;

        Assert.Null(read.Epsg);
        Assert.Equal((300_000, 5_000_000), read.Map.ToMap(10.5, 20.5));
    }

    [Fact]
    public void Read_NoMap_GivesNothing()
    {
        Assert.Null(Georeference.Read(RunningDoors.Coffee));
        Assert.Null(Georeference.Read("II*\0"u8.ToArray()));
        Assert.Null(Georeference.Read(GeoPicture.Dot(true, false)));
        Assert.Null(Georeference.Read(GeoPicture.Dot(true, false, (33922, _tie))));
        Assert.Null(Georeference.Read(GeoPicture.Dot(true, false, (34735, GeoPicture.Projected(32633)))));
    }

    [Fact]
    public void Read_WhatCannotBe_SaysWhat()
    {
        Says("GeoKeyDirectory is cut off", (33550, _scale), (33922, _tie), (34735, new ushort[] { 1, 1, 0, 9, 1024, 0, 1, 1 }));
        Says("ModelPixelScale has 4 values", (33550, new double[] { 1, 1, 0, 0 }), (33922, _tie));
        Says("ModelPixelScale has 3 values of type 3", (33550, new ushort[] { 1, 1, 0 }), (33922, _tie));
        Says("the size of a pixel", (33550, new[] { double.NaN, 1, 0 }), (33922, _tie));
        Says("the size of a pixel", (34264, new double[16]));
        Says("Orientation is 6", (33550, _scale), (33922, _tie), (274, new ushort[] { 6 }));

        static void Says(string start, params (int, object)[] tags) => Assert.StartsWith(
            start,
            Assert.Throws<FormatException>(() => Georeference.Read(GeoPicture.Dot(true, false, tags))).Message,
            StringComparison.Ordinal);
    }

    /// <summary>Whatever is cut off or changed: a georeference, none, or an error that says so.</summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Read_Damaged_NeverFailsOtherwise(bool isLittle, bool isBig)
    {
        var file = GeoPicture.Dot(
            isLittle, isBig, (33550, _scale), (33922, _tie), (34735, GeoPicture.Projected(32633)), (34736, _scale));
        for (var length = 0; length < file.Length; length++)
        {
            Try(file.AsMemory(0, length));
        }

        foreach (var value in new byte[] { 0, 1, 0x7f, 0x80, 0xff })
        {
            for (var at = 0; at < file.Length; at++)
            {
                var damaged = file.ToArray();
                damaged[at] = value;
                Try(damaged);
            }
        }

        static void Try(ReadOnlyMemory<byte> file)
        {
            try
            {
                var read = Georeference.Read(file);
                Assert.True(read is null || read.Map.IsInvertible);
            }
            catch (FormatException problem)
            {
                Assert.NotEmpty(problem.Message);
            }
        }
    }
}
