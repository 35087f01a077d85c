using Segmentation.Evaluation.Data;
using Segmentation.Evaluation.Protocols;
using Segmentation.Evaluation.Results;
using Segmentation.Evaluation.Statistics;

namespace Segmentation.Evaluation.Reports;

/// <summary>All figures of a run.</summary>
public sealed class EvaluationSummary
{
    // COCO's buckets, by the object's area in pixels.
    private const long SmallBelow = 32 * 32;
    private const long MediumBelow = 96 * 96;

    private readonly SortedDictionary<int, List<(string Name, Figure Figure)>> _sections = [];

    private EvaluationSummary(IReadOnlyList<MaskRecord> records) => Records = records;

    /// <summary>Results of the masks.</summary>
    public IReadOnlyList<MaskRecord> Records { get; }

    /// <summary>Figures by name; those of a part of the masks have its name before them: <c>small/miou@1</c>.</summary>
    public IReadOnlyList<(string Name, Figure Figure)> Figures => [.. _sections.Values.SelectMany(part => part)];

    /// <summary>Groups of the table with their number of masks that are too few to report.</summary>
    public IReadOnlyList<(string Group, int Masks)> TooSmall { get; private set; } = [];

    /// <summary>Comparisons of groups.</summary>
    public IReadOnlyList<GroupComparison> Comparisons { get; private set; } = [];

    /// <summary>Calibration after one click; null: not measured.</summary>
    public CalibrationCurve? ClickCalibration { get; private set; }

    /// <summary>Calibration with boxes; null: not measured.</summary>
    public CalibrationCurve? BoxCalibration { get; private set; }

    /// <summary>Names of figures in which less is better, without the parts' names.</summary>
    public IReadOnlySet<string> LessIsBetter { get; private set; } = new HashSet<string>();

    /// <summary>Finds a figure; null: there is none of that name.</summary>
    public Figure? Find(string name) => Figures.FirstOrDefault(figure => figure.Name == name).Figure;

    /// <summary>Computes the figures.</summary>
    /// <param name="records">Results of all masks.</param>
    /// <param name="settings">What was measured.</param>
    /// <param name="groups">The user's table; null: none.</param>
    /// <param name="least">Least number of masks of a group that is reported.</param>
    public static EvaluationSummary Of(
        IReadOnlyList<MaskRecord> records, ProtocolSettings settings, GroupTable? groups, int least)
    {
        ArgumentNullException.ThrowIfNull(records);
        ArgumentNullException.ThrowIfNull(settings);
        var pictures = PictureNumbers.Of(records);
        var bootstrap = new PictureBootstrap(pictures.Count, settings.Seed);
        var metrics = Metric.Of(settings);
        var summary = new EvaluationSummary(records)
        {
            LessIsBetter = metrics.Where(metric => metric.IsLess).Select(metric => metric.Name).ToHashSet(),
            ClickCalibration = CalibrationCurve.Of(
                [.. records.Select(mask => mask.Clicks).OfType<ClickOutcome>().Select(one => (one.PredictedIou[0], one.Iou[0]))]),
            BoxCalibration = CalibrationCurve.Of(
                [.. records.Select(mask => mask.Box ?? mask.NoisyBox).OfType<BoxOutcome>().Select(one => (one.PredictedIou, one.Iou))]),
        };
        Add(0, "", _ => true);
        Add(1, "small/", mask => mask.Area < SmallBelow);
        Add(2, "medium/", mask => mask.Area is >= SmallBelow and < MediumBelow);
        Add(3, "large/", mask => mask.Area >= MediumBelow);
        var tooSmall = new List<(string Group, int Masks)>();
        var compared = new List<GroupComparison>();
        for (var column = 0; column < (groups?.Columns.Count ?? 0); column++)
        {
            var members = records.ToLookup(mask => groups!.GroupOf(column, mask.Picture, mask.Mask));
            foreach (var group in members.Where(group => group.Key is not null).OrderBy(group => group.Key, StringComparer.Ordinal))
            {
                var name = $"{groups!.Columns[column]}={group.Key}";
                var own = group.ToHashSet();
                if (own.Count < least)
                {
                    tooSmall.Add((name, own.Count));
                    continue;
                }

                Add(4 + column, name + "/", own.Contains);
                var others = records.Except(own).Where(mask => groups.GroupOf(column, mask.Picture, mask.Mask) is not null).ToHashSet();
                foreach (var metric in metrics.Where(IsCompared))
                {
                    var (first, second) = (Sums(metric, own.Contains), Sums(metric, others.Contains));
                    if (others.Count >= least && bootstrap.OfDifference(first, second) is { } found)
                    {
                        compared.Add(new(
                            name, metric.Name, first.Mean!.Value - second.Mean!.Value, found.Interval, found.PValue));
                    }
                }
            }
        }

        var corrected = HolmCorrection.Correct([.. compared.Select(one => one.PValue)]);
        summary.TooSmall = tooSmall;
        summary.Comparisons = [.. compared.Select((one, i) => one with { PValue = corrected[i] })];
        return summary;

        PictureSums Sums(Metric metric, Func<MaskRecord, bool> isIn) => metric.SumsOf(records.Where(isIn), pictures);

        void Add(int section, string prefix, Func<MaskRecord, bool> isIn)
        {
            summary._sections.TryAdd(section, []);
            var isWhole = IsOfWholePictures(records, isIn);
            foreach (var metric in metrics.Where(metric => isWhole || metric.WeightOf is null))
            {
                if (Sums(metric, isIn) is { Mean: { } mean } sums)
                {
                    summary._sections[section].Add(
                        (prefix + metric.Name, new(mean, bootstrap.Of(sums), sums.Count, sums.Pictures)));
                }
            }
        }
    }

    /// <summary>True where a part has all masks or none of each picture.</summary>
    private static bool IsOfWholePictures(IReadOnlyList<MaskRecord> records, Func<MaskRecord, bool> isIn)
    {
        var parts = new Dictionary<string, bool>(StringComparer.Ordinal);
        return records.All(mask => !parts.TryGetValue(mask.Picture, out var before)
            ? parts.TryAdd(mask.Picture, isIn(mask))
            : before == isIn(mask));
    }

    /// <summary>Figures by which groups are compared: few, since each comparison makes the others weaker.</summary>
    private static bool IsCompared(Metric metric) => metric.Name
        is "miou@1" or "miou@3" or "miou@box" or "miou@noisy-box" or "found@0.5" or "ar@1000";
}
