namespace Segmentation.Masks;

/// <summary>
/// Builds run lengths from positions where a mask begins or ends, added in ascending order. Two edges at one place
/// cancel: the mask goes on.
/// </summary>
internal sealed class EdgeList
{
    private readonly List<uint> _edges = [];

    public void Add(long position)
    {
        if (_edges.Count > 0 && _edges[^1] == position)
        {
            _edges.RemoveAt(_edges.Count - 1);
        }
        else
        {
            _edges.Add((uint)position);
        }
    }

    /// <summary>Builds the mask that begins or ends at the edges, and clears the list.</summary>
    public RunLengths Build(int height, int width)
    {
        var end = (uint)((long)height * width);
        if (_edges.Count == 0 || _edges[^1] != end)
        {
            _edges.Add(end);
        }

        var counts = new uint[_edges.Count];
        uint previous = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] = _edges[i] - previous;
            previous = _edges[i];
        }

        _edges.Clear();
        return RunLengths.FromCanonical(height, width, counts);
    }
}
