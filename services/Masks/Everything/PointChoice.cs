namespace Segmentation.Masks.Everything;

/// <summary>Chooses the points of a crop to decode: a level in each round, without points explained before.</summary>
internal sealed class PointChoice(PointLevels levels)
{
    private readonly HashSet<int> _explained = [];
    private int _level;

    /// <summary>Points of the rounds so far, chosen or left out.</summary>
    public int Decided { get; private set; }

    /// <summary>Marks points of later rounds as explained: they are left out.</summary>
    public void Explain(IEnumerable<int> points) => _explained.UnionWith(points);

    /// <summary>Returns the points of the next round, ascending; none when all rounds are done.</summary>
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
