namespace Segmentation.Masks;

/// <summary>
/// Removes small holes and then small detached regions from a mask, on runs: <c>remove_small_regions</c> of
/// segment-anything, once with mode "holes" and once with "islands".
/// </summary>
internal static class SmallRegions
{
    /// <summary>Fills holes and removes regions of fewer pixels than that.</summary>
    /// <remarks>
    /// Every region of the background is a hole, also at the image's edge. One region of the mask always stays.
    /// </remarks>
    /// <param name="mask">The mask.</param>
    /// <param name="area">Pixels that a region needs to stay.</param>
    /// <param name="hadAny">
    /// True if there was a small hole or region, also if the mask is a single small region, which stays.
    /// </param>
    /// <returns>The repaired mask.</returns>
    public static RunLengths Remove(RunLengths mask, int area, out bool hadAny)
    {
        var holes = new RunComponents(mask, ofInside: false);
        var filled = Flip(mask, holes.Small(area, keepLargest: false));
        var islands = new RunComponents(filled, ofInside: true);
        hadAny = holes.AnySmall(area) || islands.AnySmall(area);
        return Flip(filled, islands.Small(area, keepLargest: true));
    }

    /// <summary>Moves pieces of one column each, all inside or all outside of the mask, to the other side.</summary>
    private static RunLengths Flip(RunLengths mask, IEnumerable<(long Begin, long End)> pieces)
    {
        // The new mask is the exclusive or of the old one and the pieces: all edges of both, in order.
        EdgeList? flipped = null;
        var edges = MaskEdges(mask).GetEnumerator();
        var hasEdge = edges.MoveNext();
        foreach (var (begin, end) in pieces)
        {
            flipped ??= new();
            CopyEdges(begin);
            flipped.Add(begin);
            CopyEdges(end);
            flipped.Add(end);
        }

        if (flipped is null)
        {
            return mask;
        }

        CopyEdges(long.MaxValue);
        return flipped.Build(mask.Height, mask.Width);

        void CopyEdges(long until)
        {
            for (; hasEdge && edges.Current <= until; hasEdge = edges.MoveNext())
            {
                flipped.Add(edges.Current);
            }
        }
    }

    /// <summary>Positions where the mask begins or ends, the end of the image not among them.</summary>
    private static IEnumerable<long> MaskEdges(RunLengths mask)
    {
        long position = 0;
        for (var i = 0; i + 1 < mask.Counts.Count; i++)
        {
            yield return position += mask.Counts[i];
        }
    }
}
