namespace Segmentation.Sam.Masks;

/// <summary>
/// Walks run lengths column by column: for each, the rows where the mask begins and ends, in pairs
/// [begin, end) counted from the column's top.
/// </summary>
internal ref struct ColumnRuns
{
    private readonly ReadOnlySpan<uint> counts;
    private readonly uint height;
    private int run;
    private long top;
    private long runEnd;

    public ColumnRuns(RunLengths mask)
    {
        counts = mask.AsSpan();
        height = (uint)mask.Height;
        runEnd = counts[0];
    }

    /// <summary>Clears <paramref name="edges"/>, fills it with the next column's edges, and moves on.</summary>
    public void Next(List<int> edges)
    {
        edges.Clear();
        var bottom = top + height;
        if (runEnd == top)
            Advance();

        if (Inside)
            edges.Add(0);
        while (runEnd < bottom)
        {
            edges.Add((int)(runEnd - top));
            Advance();
        }

        if (Inside)
            edges.Add((int)height);
        top = bottom;
    }

    private readonly bool Inside => (run & 1) != 0;

    private void Advance()
    {
        run++;
        runEnd = run < counts.Length ? runEnd + counts[run] : long.MaxValue;
    }
}
