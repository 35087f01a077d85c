namespace Segmentation.Masks.Polygons;

/// <summary>
/// Fills polygons as COCO does (<c>rleFrPoly</c> of pycocotools): the outline is followed in fifths of a pixel, and the
/// inside is what lies between its crossings of the columns' centres, by the even-odd rule. A ring along the edges of
/// pixels, as <see cref="MaskPolygons"/> traces, gives back exactly those pixels.
/// </summary>
public static class PolygonFill
{
    private const int Scale = 5;
    private const double Half = 0.5;
    private const int StepsBetweenChecks = 1 << 20;

    /// <summary>Steps along an outline, in fifths of a pixel: more is no drawing of a person.</summary>
    private const long MaxSteps = 1L << 27;

    /// <summary>Fills one ring.</summary>
    /// <param name="height">Height of the mask in pixels, at least 1.</param>
    /// <param name="width">Width of the mask in pixels, at least 1.</param>
    /// <param name="ring">x0, y0, x1, y1, ... in pixels; the last corner is joined to the first.</param>
    /// <param name="yieldPoint">Checked every million steps along the outline.</param>
    /// <exception cref="ArgumentException">
    /// Fewer than three corners, a corner that is no finite number or lies further outside than four times the mask's
    /// longer side, or an outline longer than 26 million pixels.
    /// </exception>
    public static RunLengths Fill(int height, int width, ReadOnlySpan<double> ring, YieldPoint yieldPoint = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (ring.Length % 2 != 0)
        {
            throw new ArgumentException($"A polygon has x and y by turns, not {ring.Length} numbers.", nameof(ring));
        }

        if (ring.Length < 6)
        {
            throw new ArgumentException($"A polygon has at least 3 corners, not {ring.Length / 2}.", nameof(ring));
        }

        var corners = new (int X, int Y)[ring.Length / 2];
        var furthest = 4.0 * Math.Max(height, width) + 16;
        for (var i = 0; i < corners.Length; i++)
        {
            corners[i] = (Scaled(ring[2 * i], furthest, i), Scaled(ring[2 * i + 1], furthest, i));
        }

        return new Outline(height, width, yieldPoint).Follow(corners);
    }

    private static int Scaled(double coordinate, double furthest, int corner) =>
        Math.Abs(coordinate) <= furthest
            ? (int)(Scale * coordinate + Half)
            : throw new ArgumentException(
                $"Corner {corner} of the polygon has the coordinate {coordinate}, which is far outside of the picture.");

    /// <summary>Collects the places where an outline crosses the centres of columns.</summary>
    private sealed class Outline(int height, int width, YieldPoint yieldPoint)
    {
        private readonly List<long> _crossings = [];
        private long _steps;
        private int _x;
        private int _y;
        private bool _hasPoint;

        public RunLengths Follow((int X, int Y)[] corners)
        {
            for (var i = 0; i < corners.Length; i++)
            {
                FollowEdge(corners[i], corners[(i + 1) % corners.Length]);
            }

            _crossings.Sort();
            var edges = new EdgeList();
            foreach (var crossing in _crossings)
            {
                edges.Add(crossing);
            }

            return edges.Build(height, width);
        }

        private void FollowEdge((int X, int Y) from, (int X, int Y) to)
        {
            int dx = Math.Abs(to.X - from.X), dy = Math.Abs(to.Y - from.Y);
            var isFlat = dx >= dy;
            // An edge has the same points in both directions, so that neighbours share an outline.
            var isBackward = isFlat ? from.X > to.X : from.Y > to.Y;
            var (start, end) = isBackward ? (to, from) : (from, to);
            var length = Math.Max(dx, dy);
            var slope = isFlat ? (double)(end.Y - start.Y) / dx : (double)(end.X - start.X) / dy;
            for (var step = 0; step <= length; step++)
            {
                if (++_steps % StepsBetweenChecks == 0)
                {
                    CheckSteps();
                }

                var along = isBackward ? length - step : step;
                if (isFlat)
                {
                    AddPoint(along + start.X, (int)(start.Y + slope * along + Half));
                }
                else
                {
                    AddPoint((int)(start.X + slope * along + Half), along + start.Y);
                }
            }
        }

        private void CheckSteps()
        {
            yieldPoint.Check();
            if (_steps > MaxSteps)
            {
                throw new ArgumentException($"The polygon's outline is longer than {MaxSteps / Scale} pixels.");
            }
        }

        private void AddPoint(int x, int y)
        {
            if (_hasPoint && x != _x)
            {
                AddCrossing(x < _x ? x : x - 1, Math.Min(y, _y));
            }

            (_x, _y, _hasPoint) = (x, y, true);
        }

        private void AddCrossing(int x, int y)
        {
            var column = (x + Half) / Scale - Half;
            if (Math.Floor(column) != column || column < 0 || column > width - 1)
            {
                return;
            }

            var row = Math.Ceiling(Math.Clamp((y + Half) / Scale - Half, 0, height));
            _crossings.Add((long)column * height + (long)row);
        }
    }
}
