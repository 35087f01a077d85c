namespace Segmentation.Masks;

/// <summary>
/// Iterator over run lengths by columns. A column is given as pairs of rows [begin, end) between which the mask is
/// inside, counted from the top.
/// </summary>
internal ref struct ColumnRuns
{
    private readonly ReadOnlySpan<uint> _counts;
    private readonly uint _height;
    private int _run;
    private long _top;
    private long _runEnd;

    public ColumnRuns(RunLengths mask)
    {
        _counts = mask.AsSpan();
        _height = (uint)mask.Height;
        _runEnd = _counts[0];
    }

    /// <summary>Clears <paramref name="edges"/>, fills it with the next column's edges, and moves on.</summary>
    public void Next(List<int> edges)
    {
        edges.Clear();
        var bottom = _top + _height;
        if (_runEnd == _top)
        {
            Advance();
        }

        if (Inside)
        {
            edges.Add(0);
        }

        while (_runEnd < bottom)
        {
            edges.Add((int)(_runEnd - _top));
            Advance();
        }

        if (Inside)
        {
            edges.Add((int)_height);
        }

        _top = bottom;
    }

    private readonly bool Inside => (_run & 1) != 0;

    private void Advance()
    {
        _run++;
        _runEnd = _run < _counts.Length ? _runEnd + _counts[_run] : long.MaxValue;
    }
}
