namespace Segmentation.Projects.Transfers.Backups;

/// <summary>
/// Numbers and what replaces them, added in ascending order: 16 bytes an object, for millions of pictures.
/// </summary>
internal sealed class NumberMap
{
    private readonly List<long> _old = [];
    private readonly List<long> _new = [];

    /// <summary>Number of objects.</summary>
    public int Count => _old.Count;

    /// <summary>The numbers that are replaced, ascending.</summary>
    public IReadOnlyList<long> Old => _old;

    /// <summary>Adds a number, which is greater than all before.</summary>
    /// <returns>False: the number is not greater.</returns>
    public bool TryAdd(long old, long replacement)
    {
        if (_old.Count > 0 && _old[^1] >= old)
        {
            return false;
        }

        _old.Add(old);
        _new.Add(replacement);
        return true;
    }

    /// <summary>Adds a number, which is replaced by its place, from 1.</summary>
    public long AddNext(long old)
    {
        TryAdd(old, _old.Count + 1);
        return _old.Count;
    }

    /// <summary>The number that replaces another; 0 for 0 and for numbers that are not there.</summary>
    public long Find(long old)
    {
        var place = old == 0 ? -1 : _old.BinarySearch(old);
        return place < 0 ? 0 : _new[place];
    }
}
