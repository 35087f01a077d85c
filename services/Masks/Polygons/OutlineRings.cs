using System.Runtime.InteropServices;

namespace Segmentation.Masks.Polygons;

/// <summary>
/// Follows the corners of a mask's outlines, splits rings that touch themselves, and puts holes in order.
/// </summary>
internal sealed class OutlineRings
{
    private const int None = -1;
    private const int CornersBetweenChecks = 1 << 14;

    /// <summary>For each corner that was visited, the polygon whose outer ring or hole it is on.</summary>
    private readonly int[] _polygons;
    private readonly List<MaskPolygon> _rings = [];
    private readonly List<int> _polygonOfRing = [];
    private readonly YieldPoint _yieldPoint;
    private int _polygonCount;
    private int _corners;

    /// <param name="corners">All corners, by x and then y. Splitting a ring changes their successors.</param>
    /// <param name="touches">Corners that lie at the same place as the one after them.</param>
    /// <param name="yieldPoint">Checked every 16,384 corners.</param>
    public OutlineRings(List<OutlineSweep.Corner> corners, List<int> touches, YieldPoint yieldPoint)
    {
        _yieldPoint = yieldPoint;
        var all = CollectionsMarshal.AsSpan(corners);
        _polygons = new int[all.Length];
        if (touches.Count > 0)
        {
            FindPolygons(all);
            Split(all, touches);
        }

        Follow(all, arePolygonsKnown: touches.Count > 0);
    }

    /// <summary>
    /// Returns all rings: each outer ring, and after it its holes. The outer ring of a polygon reaches furthest to the
    /// left and was therefore found first.
    /// </summary>
    public MaskPolygon[] ToArray()
    {
        if (_polygonCount == _rings.Count)
        {
            return _rings.ToArray();
        }

        var places = new int[_polygonCount + 1];
        foreach (var polygon in _polygonOfRing)
        {
            places[polygon + 1]++;
        }

        for (var polygon = 0; polygon < _polygonCount; polygon++)
        {
            places[polygon + 1] += places[polygon];
        }

        var ordered = new MaskPolygon[_rings.Count];
        for (var ring = 0; ring < _rings.Count; ring++)
        {
            ordered[places[_polygonOfRing[ring]]++] = _rings[ring];
        }

        return ordered;
    }

    private void FindPolygons(Span<OutlineSweep.Corner> corners)
    {
        Array.Fill(_polygons, None);
        for (var start = 0; start < corners.Length; start++)
        {
            if (_polygons[start] != None)
            {
                continue;
            }

            var polygon = PolygonAt(corners[start]);
            for (var at = start; _polygons[at] == None; at = corners[at].Next)
            {
                _polygons[at] = polygon;
                CheckNowAndThen();
            }
        }
    }

    private void CheckNowAndThen()
    {
        if (++_corners % CornersBetweenChecks == 0)
        {
            _yieldPoint.Check();
        }
    }

    /// <summary>
    /// Finds the polygon of an outline by its leftmost upper corner. Above that corner of a hole lies the mask, whose
    /// boundary there is further left or above, so its polygon is known already.
    /// </summary>
    private int PolygonAt(OutlineSweep.Corner start) =>
        start.Above == None ? _polygonCount++ : _polygons[start.Above];

    /// <summary>
    /// Splits outlines where they touch themselves. Two corners at one place change successors, which splits an outline
    /// that has both. (Two outlines of one polygon never touch: where they would, they are one outline.) The order does
    /// not matter: an outline does not cross itself, so the places nest.
    /// </summary>
    private void Split(Span<OutlineSweep.Corner> corners, List<int> touches)
    {
        foreach (var first in touches)
        {
            if (_polygons[first] == _polygons[first + 1])
            {
                (corners[first].Next, corners[first + 1].Next) = (corners[first + 1].Next, corners[first].Next);
            }
        }
    }

    private void Follow(Span<OutlineSweep.Corner> corners, bool arePolygonsKnown)
    {
        var visited = new bool[corners.Length];
        var ring = new List<float>();
        for (var start = 0; start < corners.Length; start++)
        {
            if (visited[start])
            {
                continue;
            }

            var polygon = arePolygonsKnown ? _polygons[start] : PolygonAt(corners[start]);
            ring.Clear();
            long doubleArea = 0;
            for (var at = start; !visited[at]; at = corners[at].Next)
            {
                CheckNowAndThen();
                visited[at] = true;
                _polygons[at] = polygon;
                ref var corner = ref corners[at];
                ref var next = ref corners[corner.Next];
                ring.Add(corner.X);
                ring.Add(corner.Y);
                doubleArea += (long)corner.X * next.Y - (long)next.X * corner.Y;
            }

            _rings.Add(new(ring.ToArray(), IsHole: doubleArea < 0));
            _polygonOfRing.Add(polygon);
        }
    }
}
