namespace Segmentation.Formats.Items;

/// <summary>
/// Labels of several files as one list: each name once, numbered from 1 in the order in which they came.
/// </summary>
internal sealed class DistinctLabels
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<DatasetLabel> _labels = [];

    /// <summary>All labels.</summary>
    public IReadOnlyList<DatasetLabel> All => _labels;

    /// <summary>Adds the labels whose names are new.</summary>
    public void Add(IEnumerable<DatasetLabel> labels)
    {
        foreach (var label in labels.Where(label => _names.Add(label.Name)))
        {
            _labels.Add(label with { Id = _labels.Count + 1 });
        }
    }

    /// <summary>Adds the names that are new, without colours.</summary>
    public void Add(IEnumerable<string> names) => Add(names.Select(name => new DatasetLabel(1, name)));
}
