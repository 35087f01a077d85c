namespace Segmentation.Masks;

/// <summary>Combines masks of one size on their runs.</summary>
public static class RunLengthSets
{
    /// <summary>Returns the pixels that lie in any of the masks.</summary>
    /// <param name="masks">At least one mask.</param>
    /// <exception cref="ArgumentException">There is none, or the sizes differ.</exception>
    public static RunLengths Union(IReadOnlyList<RunLengths> masks)
    {
        ArgumentNullException.ThrowIfNull(masks);
        CheckSizes(masks);
        if (masks.Count == 1)
        {
            return masks[0];
        }

        var changes = new List<(long At, int By)>();
        foreach (var mask in masks)
        {
            AddChanges(mask, changes);
        }

        changes.Sort();
        var union = new EdgeList();
        var depth = 0;
        for (var i = 0; i < changes.Count;)
        {
            var at = changes[i].At;
            var before = depth;
            for (; i < changes.Count && changes[i].At == at; i++)
            {
                depth += changes[i].By;
            }

            if (before > 0 != depth > 0)
            {
                union.Add(at);
            }
        }

        return union.Build(masks[0].Height, masks[0].Width);
    }

    /// <summary>Returns the pixels that lie in an odd number of the masks: rings and their holes.</summary>
    /// <param name="masks">At least one mask.</param>
    /// <exception cref="ArgumentException">There is none, or the sizes differ.</exception>
    public static RunLengths Odd(IReadOnlyList<RunLengths> masks)
    {
        ArgumentNullException.ThrowIfNull(masks);
        CheckSizes(masks);
        if (masks.Count == 1)
        {
            return masks[0];
        }

        var changes = new List<(long At, int By)>();
        foreach (var mask in masks)
        {
            AddChanges(mask, changes);
        }

        changes.Sort();
        var odd = new EdgeList();
        foreach (var (at, _) in changes)
        {
            odd.Add(at);
        }

        return odd.Build(masks[0].Height, masks[0].Width);
    }

    /// <summary>Returns the pixels that lie in the first mask and not in the second.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static RunLengths Difference(RunLengths mask, RunLengths without)
    {
        ArgumentNullException.ThrowIfNull(mask);
        ArgumentNullException.ThrowIfNull(without);
        return Odd([Union([mask, without]), without]);
    }

    private static void CheckSizes(IReadOnlyList<RunLengths> masks)
    {
        if (masks.Count == 0 || masks.Any(mask => mask.Height != masks[0].Height || mask.Width != masks[0].Width))
        {
            throw new ArgumentException("Masks of one size can be combined, and at least one.", nameof(masks));
        }
    }

    private static void AddChanges(RunLengths mask, List<(long At, int By)> changes)
    {
        var counts = mask.AsSpan();
        long at = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            if (i > 0)
            {
                changes.Add((at, (i & 1) != 0 ? 1 : -1));
            }

            at += counts[i];
        }

        if ((counts.Length & 1) == 0)
        {
            changes.Add((at, -1));
        }
    }
}
