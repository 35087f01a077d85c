namespace Segmentation.Masks.Everything;

/// <summary>
/// Orders the points of a grid from coarse to fine, whatever the grid: of an even one a sixteenth, then three more,
/// then the rest. With <see cref="EverythingProfile.Faithful"/> all points are of one level.
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
    /// Points of finer levels that a point may explain: those no further away, across and down, than the level before
    /// theirs has its cells wide.
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

    /// <summary>Lays n x n cells over the crop and takes of each the point nearest to its middle.</summary>
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

    /// <summary>Distances of even grids that are equal, made so.</summary>
    private static double Rounded(double distance) => Math.Round(distance, 9);
}
