using System.Numerics;
using Segmentation.Doors.Pictures;

namespace Segmentation.Doors.Tests.Pictures;

public sealed class RingThinningTests
{
    [Fact]
    public void Simplify_Square_KeepsItsCorners()
    {
        float[] ring = [0, 0, 4, 0, 8, 0, 8, 8, 0, 8];

        Assert.Equal(
            [new(0, 0), new(8, 0), new Vector2(8, 8), new(0, 8)],
            RingThinning.Simplify(ring, 0, CancellationToken.None));
    }

    [Theory]
    [InlineData(0.5f, 64)]
    [InlineData(2f, 40)]
    public void Simplify_Circle_StaysWithinTheTolerance(float tolerance, int atMost)
    {
        const int Corners = 360;
        Vector2[] circle = [.. Enumerable.Range(0, Corners).Select(i => 100 * new Vector2(
            MathF.Cos(i * 2 * MathF.PI / Corners), MathF.Sin(i * 2 * MathF.PI / Corners)))];

        var left = RingThinning.Simplify(
            [.. circle.SelectMany(corner => new[] { corner.X, corner.Y })], tolerance, CancellationToken.None);

        Assert.InRange(left.Count, 3, atMost);
        Assert.All(circle, corner => Assert.True(Distance(corner, left) <= tolerance + 1e-3f));
    }

    [Fact]
    public void Simplify_NothingWouldBeLeft_IsNone() =>
        Assert.Empty(RingThinning.Simplify([0, 0, 1, 0, 1, 1, 0, 1], 10, CancellationToken.None));

    private static float Distance(Vector2 point, IReadOnlyList<Vector2> ring) => Enumerable.Range(0, ring.Count).Min(i =>
    {
        var (start, along) = (ring[i], ring[(i + 1) % ring.Count] - ring[i]);
        var share = Math.Clamp(Vector2.Dot(point - start, along) / along.LengthSquared(), 0, 1);
        return Vector2.Distance(point, start + share * along);
    });
}
