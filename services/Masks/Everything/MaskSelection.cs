namespace Segmentation.Masks.Everything;

/// <summary>Last step of a search: removes duplicates between crops, and small regions.</summary>
public static class MaskSelection
{
    /// <summary>Makes the final masks.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="crops">The result of <see cref="CropSearch.Finish"/> for each crop, in the plan's order.</param>
    /// <param name="cancellationToken">Checked between masks.</param>
    /// <returns>The masks in the order of the reference; possibly none.</returns>
    /// <exception cref="ArgumentException">A crop is missing.</exception>
    public static IReadOnlyList<EverythingMask> Select(
        EverythingPlan plan, IReadOnlyList<IReadOnlyList<EverythingMask>> crops, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(crops);
        if (crops.Count != plan.Crops.Count)
        {
            throw new ArgumentException(
                $"The plan has {plan.Crops.Count} crops, masks of {crops.Count} are given.", nameof(crops));
        }

        IReadOnlyList<EverythingMask> masks = [.. crops.SelectMany(c => c)];
        if (crops.Count > 1)
        {
            // Smaller crops show more detail, so their masks win.
            float[] scores = [.. masks.Select(m => 1f / ((long)m.CropBox.Width * m.CropBox.Height))];
            masks = Suppress(masks, scores, plan.Options.CropNmsThresh);
        }

        return plan.Options.MinMaskRegionArea > 0 ? RemoveSmallRegions(plan, masks, cancellationToken) : masks;
    }

    /// <summary><c>postprocess_small_regions</c> of segment-anything.</summary>
    private static EverythingMask[] RemoveSmallRegions(
        EverythingPlan plan, IReadOnlyList<EverythingMask> masks, CancellationToken cancellationToken)
    {
        var scores = new List<float>(masks.Count);
        var cleaned = new List<EverythingMask>(masks.Count);
        foreach (var mask in masks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var runs = SmallRegions.Remove(mask.RunLengths, plan.Options.MinMaskRegionArea, out var hadAny);
            cleaned.Add(mask with { RunLengths = runs, Area = runs.Area, Box = runs.Box });
            // Masks that needed no repair win.
            scores.Add(hadAny ? 0 : 1);
        }

        var threshold = Math.Max(plan.Options.BoxNmsThresh, plan.Options.CropNmsThresh);
        return Suppress(cleaned, scores, threshold);
    }

    private static EverythingMask[] Suppress(
        IReadOnlyList<EverythingMask> masks, IReadOnlyList<float> scores, double threshold)
    {
        var kept = BoxSuppression.Keep([.. masks.Select(m => m.Box)], scores, threshold);
        return [.. kept.Select(i => masks[i])];
    }
}
