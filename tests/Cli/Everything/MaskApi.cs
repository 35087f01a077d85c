namespace Segmentation.Cli.Tests.Everything;

/// <summary>
/// The parts of COCO's <c>maskApi.c</c> that its readers use, ported line by line: run lengths are read from strings,
/// made of polygons, and merged, independently of the library's own.
/// </summary>
internal static class MaskApi
{
    /// <summary><c>rleFrString</c>.</summary>
    public static uint[] FromString(string text)
    {
        var counts = new List<uint>();
        for (var at = 0; at < text.Length;)
        {
            long x = 0;
            var more = true;
            for (var k = 0; more; k++)
            {
                var c = text[at++] - 48;
                x |= (long)(c & 0x1f) << (5 * k);
                more = (c & 0x20) != 0;
                if (!more && (c & 0x10) != 0)
                {
                    x |= -1L << (5 * (k + 1));
                }
            }

            if (counts.Count > 2)
            {
                x += counts[^2];
            }

            counts.Add((uint)x);
        }

        return [.. counts];
    }

    /// <summary><c>rleFrPoly</c>: corners times five, the boundary sampled at centres of columns.</summary>
    public static uint[] FromPolygon(double[] xy, int h, int w)
    {
        const double Scale = 5;
        var k = xy.Length / 2;
        var x = new int[k + 1];
        var y = new int[k + 1];
        for (var j = 0; j < k; j++)
        {
            x[j] = (int)(Scale * xy[j * 2] + .5);
            y[j] = (int)(Scale * xy[j * 2 + 1] + .5);
        }

        (x[k], y[k]) = (x[0], y[0]);
        var points = new List<(int U, int V)>();
        for (var j = 0; j < k; j++)
        {
            Draw(points, x[j], y[j], x[j + 1], y[j + 1]);
        }

        var a = new List<uint>();
        for (var j = 1; j < points.Count; j++)
        {
            var ((u, v), (previousU, previousV)) = (points[j], points[j - 1]);
            if (u == previousU)
            {
                continue;
            }

            var xd = ((u < previousU ? u : u - 1) + .5) / Scale - .5;
            if (Math.Floor(xd) != xd || xd < 0 || xd > w - 1)
            {
                continue;
            }

            var yd = (Math.Min(v, previousV) + .5) / Scale - .5;
            a.Add((uint)((int)xd * h + (int)Math.Ceiling(Math.Clamp(yd, 0, h))));
        }

        a.Add((uint)(h * w));
        a.Sort();
        return Differences(a);
    }

    /// <summary><c>rleMerge</c> without <c>intersect</c>, as pixels: column by column, true inside of any.</summary>
    public static bool[] Union(IEnumerable<uint[]> masks, int h, int w)
    {
        var pixels = new bool[h * w];
        foreach (var counts in masks)
        {
            var at = 0;
            for (var run = 0; run < counts.Length; at += (int)counts[run++])
            {
                if ((run & 1) != 0)
                {
                    pixels.AsSpan(at, (int)counts[run]).Fill(true);
                }
            }

            if (at != pixels.Length)
            {
                throw new InvalidOperationException($"The runs sum to {at}, not to {pixels.Length}.");
            }
        }

        return pixels;
    }

    private static void Draw(List<(int U, int V)> points, int xs, int ys, int xe, int ye)
    {
        var (dx, dy) = (Math.Abs(xe - xs), Math.Abs(ys - ye));
        var flip = dx >= dy && xs > xe || dx < dy && ys > ye;
        if (flip)
        {
            (xs, xe, ys, ye) = (xe, xs, ye, ys);
        }

        var s = dx >= dy ? (double)(ye - ys) / dx : (double)(xe - xs) / dy;
        for (var d = 0; d <= Math.Max(dx, dy); d++)
        {
            var t = flip ? Math.Max(dx, dy) - d : d;
            points.Add(dx >= dy ? (t + xs, (int)(ys + s * t + .5)) : ((int)(xs + s * t + .5), t + ys));
        }
    }

    /// <summary>Run lengths of sorted places where the mask begins or ends; empty runs join their neighbours.</summary>
    private static uint[] Differences(List<uint> a)
    {
        uint p = 0;
        for (var j = 0; j < a.Count; j++)
        {
            (a[j], p) = (a[j] - p, a[j]);
        }

        var b = new List<uint> { a[0] };
        for (var j = 1; j < a.Count;)
        {
            if (a[j] > 0)
            {
                b.Add(a[j++]);
            }
            else if (++j < a.Count)
            {
                b[^1] += a[j++];
            }
        }

        return [.. b];
    }
}
