using System.Runtime.InteropServices;

namespace Segmentation.Masks;

/// <summary>
/// Connected regions of a mask or of its background, 8-connected as in <c>cv2.connectedComponentsWithStats</c>. Runs
/// are cut at the ends of columns; time and memory grow with these pieces, not with pixels.
/// </summary>
internal sealed class RunComponents
{
    private readonly int _height;
    private readonly int _width;
    private readonly List<Piece> _pieces = [];
    private readonly List<Region> _regions = [];

    /// <param name="mask">The mask.</param>
    /// <param name="ofInside">True for regions of the mask, false for regions of the background.</param>
    public RunComponents(RunLengths mask, bool ofInside)
    {
        (_height, _width) = (mask.Height, mask.Width);
        var columns = new ColumnRuns(mask);
        var edges = new List<int>();
        var previous = 0..0;
        for (var x = 0; x < _width; x++)
        {
            columns.Next(edges);
            var begin = _pieces.Count;
            AddColumn(x, edges, ofInside);
            var current = begin.._pieces.Count;
            JoinColumns(previous, current);
            previous = current;
        }
    }

    /// <summary>Returns true if a region has fewer pixels than that.</summary>
    public bool AnySmall(int area) => Roots.Any(i => _regions[i].Area < area);

    /// <summary>Returns the pieces of small regions, in ascending order.</summary>
    /// <param name="area">Regions of at least so many pixels are left out.</param>
    /// <param name="keepLargest">
    /// True to leave out the largest region when all are too small. Among equally large ones that is the one that
    /// OpenCV numbers first, which goes through the image row by row in blocks of 2 x 2 pixels.
    /// </param>
    public IEnumerable<(long Begin, long End)> Small(int area, bool keepLargest)
    {
        var kept = keepLargest && _pieces.Count > 0 ? Largest() : -1;
        return _pieces.Where(p => Root(p.Region) is var root && root != kept && _regions[root].Area < area)
            .Select(p => (p.Begin, p.End));
    }

    private IEnumerable<int> Roots => Enumerable.Range(0, _regions.Count).Where(i => _regions[i].Parent == i);

    private void AddColumn(int x, List<int> edges, bool ofInside)
    {
        if (ofInside)
        {
            for (var i = 0; i < edges.Count; i += 2)
            {
                AddPiece(x, edges[i], edges[i + 1]);
            }

            return;
        }

        var begin = 0;
        for (var i = 0; i < edges.Count; i += 2)
        {
            AddPiece(x, begin, edges[i]);
            begin = edges[i + 1];
        }

        AddPiece(x, begin, _height);
    }

    private void AddPiece(int x, int begin, int end)
    {
        if (begin == end)
        {
            return;
        }

        var top = (long)x * _height;
        var block = (long)(begin / 2) * (_width / 2 + 1) + x / 2;
        _pieces.Add(new(top + begin, top + end, _regions.Count));
        _regions.Add(new(_regions.Count, end - begin, block));
    }

    private void JoinColumns(Range left, Range right)
    {
        var (i, j) = (left.Start.Value, right.Start.Value);
        while (i < left.End.Value && j < right.End.Value)
        {
            var (a, b) = (_pieces[i], _pieces[j]);
            // Pieces that touch at a corner only are joined too, hence not < but <=.
            if (a.Begin + _height <= b.End && b.Begin <= a.End + _height)
            {
                JoinRegions(a.Region, b.Region);
            }

            if (a.End + _height <= b.End)
            {
                i++;
            }
            else
            {
                j++;
            }
        }
    }

    private void JoinRegions(int a, int b)
    {
        (a, b) = (Root(a), Root(b));
        if (a == b)
        {
            return;
        }

        var regions = CollectionsMarshal.AsSpan(_regions);
        var (parent, child) = regions[a].Area >= regions[b].Area ? (a, b) : (b, a);
        regions[child].Parent = parent;
        regions[parent].Area += regions[child].Area;
        regions[parent].FirstBlock = Math.Min(regions[parent].FirstBlock, regions[child].FirstBlock);
    }

    private int Root(int region)
    {
        var regions = CollectionsMarshal.AsSpan(_regions);
        while (regions[region].Parent != region)
        {
            regions[region].Parent = regions[regions[region].Parent].Parent;
            region = regions[region].Parent;
        }

        return region;
    }

    private int Largest() =>
        Roots.OrderByDescending(i => _regions[i].Area).ThenBy(i => _regions[i].FirstBlock).First();

    /// <summary>Positions of the part of a run that lies in one column, and the index of its region.</summary>
    private readonly record struct Piece(long Begin, long End, int Region);

    /// <summary>Node of a union-find forest; only the numbers of a root, its own parent, are valid.</summary>
    private record struct Region(int Parent, long Area, long FirstBlock);
}
