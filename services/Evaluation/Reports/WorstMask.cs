using Segmentation.Evaluation.Results;

namespace Segmentation.Evaluation.Reports;

/// <summary>One of the worst masks, for the report.</summary>
/// <param name="Mask">Its outcome.</param>
/// <param name="Iou">The IoU by which it is one of the worst.</param>
/// <param name="Jpeg">Truth and answer side by side, a JPEG file.</param>
public sealed record WorstMask(MaskRecord Mask, double Iou, byte[] Jpeg)
{
    /// <summary>Number of masks in a report.</summary>
    public const int Most = 50;

    /// <summary>The IoU that ranks masks: after one click, else with the box, with the noisy box, found without a prompt.</summary>
    public static double? RankOf(MaskRecord mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        return mask.Clicks?.Iou[0] ?? (mask.Box ?? mask.NoisyBox)?.Iou ?? (mask.Auto ?? mask.Proposals)?.Iou;
    }

    /// <summary>Chooses the worst masks, the worst first.</summary>
    public static IReadOnlyList<MaskRecord> Choose(IEnumerable<MaskRecord> records) =>
        [.. records.Where(mask => RankOf(mask) is not null).OrderBy(RankOf).Take(Most)];
}
