using System.Globalization;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Reviewing.Figures;

/// <summary>Makes the figures of a project from its masks, decisions and verdicts, each seen once.</summary>
/// <param name="labels">Names of labels by their ids.</param>
internal sealed class FigureBook(IReadOnlyDictionary<int, string> labels)
{
    private const int LongestSeconds = 60;
    private const int MostMasks = 200;

    private readonly FigureTally _total = new("");
    private readonly Dictionary<string, FigureTally> _people = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FigureTally> _days = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FigureTally> _stages = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FigureTally> _labels = new(StringComparer.Ordinal);
    private readonly long[] _seconds = new long[LongestSeconds + 1];
    private readonly long[] _masksPerPicture = new long[MostMasks + 1];

    /// <summary>Counts a mask. Masks come in the order of their pictures.</summary>
    public void Add(CountedMask mask)
    {
        foreach (var tally in RowsOf(mask.Person, mask.CreateTime, mask.Stage, mask.LabelId))
        {
            tally.Add(mask);
        }

        if (mask.IsTimed)
        {
            _seconds[Math.Min(mask.ActiveMs / 1000, LongestSeconds)]++;
        }
    }

    /// <summary>Counts a proposal that a person decided on.</summary>
    public void AddDecision(string person, DateTimeOffset time, int label, bool isAccepted)
    {
        foreach (var tally in RowsOf(person, time, "semi-automatic", label))
        {
            tally.AddDecision(isAccepted);
        }
    }

    /// <summary>Counts a verdict on a mask.</summary>
    /// <param name="mask">The mask.</param>
    /// <param name="time">Time of the verdict.</param>
    /// <param name="kind">The verdict.</param>
    public void AddVerdict(CountedMask mask, DateTimeOffset time, VerdictKind kind)
    {
        foreach (var tally in RowsOf(mask.Person, time, mask.Stage, mask.LabelId))
        {
            tally.AddVerdict(kind);
        }
    }

    /// <summary>Counts pictures with a number of masks.</summary>
    public void AddPictures(int masks, long pictures) => _masksPerPicture[Math.Min(masks, MostMasks)] += pictures;

    /// <summary>The figures; rows with the most masks first, days in their order.</summary>
    public Segmentation.Protocol.Projects.V1.Figures ToMessage() => new()
    {
        Total = _total.ToMessage(),
        People = { Sorted(_people) },
        Days = { _days.OrderBy(day => day.Key, StringComparer.Ordinal).Select(day => day.Value.ToMessage()) },
        Stages = { Sorted(_stages) },
        Labels = { Sorted(_labels) },
        MasksPerPicture = { _masksPerPicture },
        SecondsPerMask = { _seconds },
    };

    private static IEnumerable<FigureRow> Sorted(Dictionary<string, FigureTally> rows) => rows.Values
        .Select(row => row.ToMessage())
        .OrderByDescending(row => row.MaskCount).ThenBy(row => row.Name, StringComparer.Ordinal);

    private static FigureTally Row(Dictionary<string, FigureTally> rows, string name)
    {
        if (!rows.TryGetValue(name, out var row))
        {
            rows.Add(name, row = new FigureTally(name));
        }

        return row;
    }

    private IEnumerable<FigureTally> RowsOf(string person, DateTimeOffset time, string stage, int label)
    {
        yield return _total;
        yield return Row(_people, person);
        yield return Row(_days, time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        yield return Row(_stages, stage);
        yield return Row(_labels, labels.GetValueOrDefault(label, ""));
    }
}
