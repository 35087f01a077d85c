namespace Segmentation.Doors.Outlines;

/// <summary>
/// Leaves corners out of a ring by the algorithm of Ramer, Douglas and Peucker: no corner that is left out lies further
/// than the tolerance from the edge that replaces it.
/// </summary>
public static class RingSimplifier
{
    private const int FewestCorners = 3;

    /// <summary>Simplifies a ring.</summary>
    /// <param name="ring">x0, y0, x1, y1, ...; the last corner is joined to the first.</param>
    /// <param name="tolerance">In pixels; 0 leaves out corners on straight lines only.</param>
    /// <returns>The corners that stay, at least three where the ring has as many.</returns>
    public static IReadOnlyList<float> Simplify(IReadOnlyList<float> ring, double tolerance)
    {
        ArgumentNullException.ThrowIfNull(ring);
        var count = ring.Count / 2;
        if (count <= FewestCorners)
        {
            return ring;
        }

        // The ring is cut into two lines, at the first corner and at the one furthest from it, which both stay.
        var furthest = Furthest(ring, count);
        var stays = new bool[count];
        (stays[0], stays[furthest]) = (true, true);
        var lines = new Stack<(int From, int To)>([(0, furthest), (furthest, count)]);
        while (lines.TryPop(out var line))
        {
            var (corner, distance) = FurthestFromLine(ring, line, count);
            if (distance > tolerance * tolerance)
            {
                stays[corner] = true;
                lines.Push((line.From, corner));
                lines.Push((corner, line.To));
            }
        }

        List<float> kept = [];
        for (var corner = 0; corner < count; corner++)
        {
            if (stays[corner])
            {
                kept.Add(ring[2 * corner]);
                kept.Add(ring[(2 * corner) + 1]);
            }
        }

        return kept.Count >= 2 * FewestCorners ? kept : ring;
    }

    private static int Furthest(IReadOnlyList<float> ring, int count)
    {
        var (best, most) = (1, -1.0);
        for (var corner = 1; corner < count; corner++)
        {
            var (dx, dy) = ((double)ring[2 * corner] - ring[0], (double)ring[(2 * corner) + 1] - ring[1]);
            var distance = (dx * dx) + (dy * dy);
            (best, most) = distance > most ? (corner, distance) : (best, most);
        }

        return best;
    }

    /// <summary>The corner between the ends of a line that lies furthest from it, and its squared distance.</summary>
    private static (int Corner, double Distance) FurthestFromLine(
        IReadOnlyList<float> ring, (int From, int To) line, int count)
    {
        var (x, y) = ((double)ring[2 * line.From], (double)ring[(2 * line.From) + 1]);
        var end = line.To % count;
        var (dx, dy) = (ring[2 * end] - x, ring[(2 * end) + 1] - y);
        var length = (dx * dx) + (dy * dy);
        var (best, most) = (line.From, -1.0);
        for (var corner = line.From + 1; corner < line.To; corner++)
        {
            var (px, py) = (ring[2 * corner] - x, ring[(2 * corner) + 1] - y);
            var along = length > 0 ? Math.Clamp(((px * dx) + (py * dy)) / length, 0, 1) : 0;
            var (ex, ey) = (px - (along * dx), py - (along * dy));
            var distance = (ex * ex) + (ey * ey);
            (best, most) = distance > most ? (corner, distance) : (best, most);
        }

        return (best, most);
    }
}
