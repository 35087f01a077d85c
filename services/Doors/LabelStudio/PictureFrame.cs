using System.Numerics;

namespace Segmentation.Doors.LabelStudio;

/// <summary>
/// Places in a picture as Label Studio has them: percent of the picture's width and height, after it was turned by a
/// person. Here they are pixels of the upright picture.
/// </summary>
/// <param name="width">Width of the upright picture in pixels.</param>
/// <param name="height">Height of the upright picture in pixels.</param>
/// <param name="rotation">Degrees by which it was turned clockwise: 0, 90, 180 or 270.</param>
internal sealed class PictureFrame(int width, int height, int rotation)
{
    private const float Percent = 100;

    private readonly Vector2 _turned = rotation % 180 == 0 ? new(width, height) : new(height, width);

    /// <summary>Degrees by which the picture was turned clockwise.</summary>
    public int Rotation => rotation;

    /// <summary>A point's place in the upright picture; outside of the picture: at its nearest edge.</summary>
    public Vector2 ToPixels(Vector2 percent) => Vector2.Clamp(Upright(Turned(percent)), Vector2.Zero, new(width, height));

    /// <summary>The smallest box of the upright picture around a rectangle.</summary>
    /// <param name="percent">Its corner.</param>
    /// <param name="size">Its width and height in percent of the picture's.</param>
    /// <param name="degrees">Degrees by which it is turned clockwise around its corner.</param>
    public (Vector2 Min, Vector2 Max) BoxOf(Vector2 percent, Vector2 size, float degrees)
    {
        var corner = Turned(percent);
        var extent = Turned(size);
        var (sin, cos) = MathF.SinCos(degrees * MathF.PI / 180);
        var across = extent.X * new Vector2(cos, sin);
        var down = extent.Y * new Vector2(-sin, cos);
        Vector2[] corners = [corner, corner + across, corner + down, corner + across + down];
        var (min, max) = (new Vector2(float.MaxValue), new Vector2(float.MinValue));
        foreach (var one in corners.Select(Upright))
        {
            (min, max) = (Vector2.Min(min, one), Vector2.Max(max, one));
        }

        return (min, max);
    }

    /// <summary>Place in percent, in the turned picture, of a point of the upright one.</summary>
    public Vector2 ToPercent(Vector2 pixels)
    {
        var (x, y) = (pixels.X, pixels.Y);
        var turned = rotation switch
        {
            90 => new Vector2(height - y, x),
            180 => new Vector2(width - x, height - y),
            270 => new Vector2(y, width - x),
            _ => pixels,
        };
        return turned / _turned * Percent;
    }

    private Vector2 Turned(Vector2 percent) => percent / Percent * _turned;

    private Vector2 Upright(Vector2 turned) => rotation switch
    {
        90 => new(turned.Y, height - turned.X),
        180 => new(width - turned.X, height - turned.Y),
        270 => new(width - turned.Y, turned.X),
        _ => turned,
    };
}
