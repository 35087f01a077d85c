using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Measuring;

/// <summary>
/// Collects pairs of a frozen mask and its correction, picture by picture, and makes the report of an audit (SAM paper,
/// section 5).
/// </summary>
internal sealed class PairReport
{
    private const int Steps = 20;

    private readonly List<(long Hits, long Trials)> _above90 = [];
    private readonly List<(long Hits, long Trials)> _above75 = [];
    private readonly int[] _histogram = new int[Steps];
    private double _sum;
    private int _pairs;

    /// <summary>Adds the pairs of one picture.</summary>
    /// <param name="ious">IoUs, 0 to 1; 0 for a mask that was deleted.</param>
    public void Add(IReadOnlyList<double> ious)
    {
        _above90.Add((ious.Count(iou => iou > 0.90), ious.Count));
        _above75.Add((ious.Count(iou => iou > 0.75), ious.Count));
        foreach (var iou in ious)
        {
            _histogram[Math.Min((int)(iou * Steps), Steps - 1)]++;
        }

        _sum += ious.Sum();
        _pairs += ious.Count;
    }

    /// <summary>Writes the figures into a report.</summary>
    public void WriteTo(AuditReport report, CancellationToken cancellationToken = default)
    {
        report.PairCount = _pairs;
        report.Above90 = Bootstrap.Share(_above90, cancellationToken);
        report.Above75 = Bootstrap.Share(_above75, cancellationToken);
        report.MeanIou = _pairs == 0 ? 0 : _sum / _pairs;
        report.Histogram.AddRange(_histogram);
    }
}
