namespace Segmentation.Masks.Everything;

/// <summary>Chooses the points of a crop to decode, a level a round, without those explained by then.</summary>
internal sealed class PointChoice(PointLevels levels)
{
    private readonly HashSet<int> _explained = [];
    private int _level;

    /// <summary>Points of the rounds so far, chosen or left out.</summary>
    public int Decided { get; private set; }

    /// <summary>Leaves points of later rounds out.</summary>
    public void Explain(IEnumerable<int> points) => _explained.UnionWith(points);

    /// <summary>The points of the next round, ascending; none when there are no more.</summary>
    public IReadOnlyList<int> Next()
    {
        while (_level < levels.Count)
        {
            int[] points = [.. levels.Points(_level++)];
            Decided += points.Length;
            points = [.. points.Where(p => !_explained.Contains(p))];
            if (points.Length > 0)
            {
                return points;
            }
        }

        return [];
    }
}
