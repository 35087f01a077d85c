namespace Segmentation.Formats.Items;

/// <summary>Files that are written at the same time, one for each part of a dataset.</summary>
/// <typeparam name="T">A file while it is written.</typeparam>
internal sealed class SplitParts<T> : IDisposable
    where T : IDisposable, new()
{
    private readonly SortedDictionary<string, T> _parts = new(StringComparer.Ordinal);

    /// <summary>Returns the file of a part, a new one at first.</summary>
    /// <param name="split">Name of the part.</param>
    public T Of(string split)
    {
        if (!_parts.TryGetValue(split, out var part))
        {
            _parts.Add(split, part = new());
        }

        return part;
    }

    /// <summary>Returns all files with the names of their parts; an empty one where there is none.</summary>
    public IEnumerable<KeyValuePair<string, T>> All()
    {
        if (_parts.Count == 0)
        {
            Of(Splits.None);
        }

        return _parts;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var part in _parts.Values)
        {
            part.Dispose();
        }
    }
}
