namespace Segmentation.Masks.Everything;

/// <summary>
/// Levels of a grid's points from coarse to fine. In an even grid they have one, three and twelve sixteenths of the
/// points; other grids may have any points. With <see cref="EverythingProfile.Faithful"/> all points are of one level.
/// </summary>
internal sealed class PointLevels
{
    private readonly IReadOnlyList<GridPoint> _grid;
    private readonly int[] _levels;
    private readonly double[] _reach = [0];

    /// <summary>The points of each cell of the coarsest level, ascending.</summary>
    private readonly ILookup<(int Column, int Row), int>? _cells;

    public PointLevels(IReadOnlyList<GridPoint> grid, EverythingProfile profile)
    {
        _grid = grid;
        _levels = new int[grid.Count];
        if (profile == EverythingProfile.Faithful)
        {
            return;
        }

        // Cells of 4 x 4 points of an even grid, and of 2 x 2.
        var side = Math.Sqrt(grid.Count);
        int[] cells = [(int)Math.Ceiling(side / 4), (int)Math.Ceiling(side / 2)];
        _reach = [0, .. cells.Select(c => Rounded(1.0 / c))];
        Array.Fill(_levels, cells.Length);
        // Coarser levels are chosen among the points of finer ones, so that those of an even grid lie evenly too.
        var points = Enumerable.Range(0, grid.Count);
        for (var level = cells.Length - 1; level >= 0; level--)
        {
            points = [.. OneACell(points, cells[level])];
            foreach (var point in points)
            {
                _levels[point] = level;
            }
        }

        _cells = Enumerable.Range(0, grid.Count).ToLookup(p => Cell(p, cells[0]));
    }

    /// <summary>Number of levels.</summary>
    public int Count => _reach.Length;

    /// <summary>The points of a level, from 0 for the coarsest; ascending.</summary>
    public IEnumerable<int> Points(int level) => Enumerable.Range(0, _levels.Length).Where(p => _levels[p] == level);

    /// <summary>
    /// Returns the points of finer levels that a point may explain: across and down they are no further away than the
    /// cells of the level before theirs are wide.
    /// </summary>
    public IEnumerable<int> Near(int point)
    {
        if (_cells is null)
        {
            return [];
        }

        var (column, row) = Cell(point, (int)Math.Round(1 / _reach[1]));
        return
            from x in Enumerable.Range(column - 1, 3)
            from y in Enumerable.Range(row - 1, 3)
            from other in _cells[(x, y)]
            where _levels[other] > _levels[point] && Distance(point, other) <= _reach[_levels[other]]
            select other;
    }

    /// <summary>Divides the crop into n x n cells and chooses from each the point nearest to its middle.</summary>
    private IEnumerable<int> OneACell(IEnumerable<int> points, int cells) =>
        points.GroupBy(p => Cell(p, cells)).Select(cell => cell.MinBy(p => DistanceToMiddle(p, cells)));

    private (int Column, int Row) Cell(int point, int cells) => (
        Math.Min((int)(_grid[point].X * cells), cells - 1), Math.Min((int)(_grid[point].Y * cells), cells - 1));

    private double DistanceToMiddle(int point, int cells)
    {
        var (column, row) = Cell(point, cells);
        return Rounded(Math.Max(
            Math.Abs(_grid[point].X * cells - column - 0.5), Math.Abs(_grid[point].Y * cells - row - 0.5)));
    }

    private double Distance(int a, int b) =>
        Rounded(Math.Max(Math.Abs(_grid[a].X - _grid[b].X), Math.Abs(_grid[a].Y - _grid[b].Y)));

    /// <summary>Rounds, so that equal distances in an even grid compare as equal.</summary>
    private static double Rounded(double distance) => Math.Round(distance, 9);
}
