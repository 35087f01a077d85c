using System.Numerics;

namespace Segmentation.Doors.Pictures;

/// <summary>
/// Leaves corners of a closed ring out (Ramer, Douglas and Peucker): no corner that is left out lies further from the ring
/// that remains than the tolerance.
/// </summary>
internal static class RingThinning
{
    /// <summary>Corners of a ring that is left.</summary>
    private const int Fewest = 3;

    /// <summary>Simplifies a ring.</summary>
    /// <param name="coordinates">x0, y0, x1, y1, ...; the last corner is joined to the first.</param>
    /// <param name="tolerance">In the ring's units; 0 leaves corners on straight lines out and nothing else.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>The corners; none where fewer than three would be left.</returns>
    public static IReadOnlyList<Vector2> Simplify(
        IReadOnlyList<float> coordinates, float tolerance, CancellationToken cancellationToken)
    {
        var ring = new Vector2[coordinates.Count / 2];
        for (var i = 0; i < ring.Length; i++)
        {
            ring[i] = new Vector2(coordinates[2 * i], coordinates[2 * i + 1]);
        }

        if (ring.Length < Fewest)
        {
            return [];
        }

        // The corner that is furthest from the first surely stays, so the ring is two lines.
        var opposite = Farthest(ring, point => Vector2.DistanceSquared(point, ring[0]));
        var stays = new bool[ring.Length];
        stays[0] = stays[opposite] = true;
        var lines = new Stack<(int From, int To)>([(0, opposite), (opposite, ring.Length)]);
        while (lines.TryPop(out var line))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (at, distance) = FarthestFrom(ring, line.From, line.To);
            if (distance > tolerance * tolerance)
            {
                stays[at] = true;
                lines.Push((line.From, at));
                lines.Push((at, line.To));
            }
        }

        var left = ring.Where((_, i) => stays[i]).ToArray();
        return left.Length >= Fewest ? left : [];
    }

    private static int Farthest(Vector2[] ring, Func<Vector2, float> distance)
    {
        var farthest = 0;
        for (var i = 1; i < ring.Length; i++)
        {
            farthest = distance(ring[i]) > distance(ring[farthest]) ? i : farthest;
        }

        return farthest;
    }

    private static (int At, float DistanceSquared) FarthestFrom(Vector2[] ring, int from, int to)
    {
        var (start, end) = (ring[from], ring[to % ring.Length]);
        var (at, most) = (from, -1f);
        for (var i = from + 1; i < to; i++)
        {
            var distance = DistanceSquared(ring[i], start, end);
            if (distance > most)
            {
                (at, most) = (i, distance);
            }
        }

        return (at, most);
    }

    /// <summary>Square of a point's distance from a segment.</summary>
    private static float DistanceSquared(Vector2 point, Vector2 start, Vector2 end)
    {
        var along = end - start;
        var length = along.LengthSquared();
        var share = length == 0 ? 0 : Math.Clamp(Vector2.Dot(point - start, along) / length, 0, 1);
        return Vector2.DistanceSquared(point, start + share * along);
    }
}
