using System.Numerics;
using Segmentation.Doors.LabelStudio;

namespace Segmentation.Doors.Tests.LabelStudio;

public sealed class PictureFrameTests
{
    /// <summary>The upper left quarter's middle of a picture of 200 x 100, seen after it was turned clockwise.</summary>
    [Theory]
    [InlineData(0, 25, 25)]
    [InlineData(90, 75, 25)]
    [InlineData(180, 75, 75)]
    [InlineData(270, 25, 75)]
    public void ToPixels_TurnedPicture_IsTheUprightPlace(int rotation, float x, float y)
    {
        var frame = new PictureFrame(200, 100, rotation);

        Assert.Equal(new Vector2(50, 25), frame.ToPixels(new(x, y)));
        Assert.Equal(new Vector2(x, y), frame.ToPercent(new(50, 25)));
    }

    [Fact]
    public void BoxOf_TurnedPicture_IsUpright()
    {
        var (min, max) = new PictureFrame(200, 100, 90).BoxOf(new(0, 0), new(50, 10), 0);

        Assert.Equal((new Vector2(0, 50), new Vector2(20, 100)), (min, max));
    }

    [Fact]
    public void ToPixels_OutsideOfThePicture_IsItsEdge() =>
        Assert.Equal(new Vector2(200, 0), new PictureFrame(200, 100, 0).ToPixels(new(120, -3)));
}
