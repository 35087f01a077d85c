namespace Segmentation.Common.Caching;

/// <summary>Owner of entries in a cache.</summary>
/// <param name="name">The name.</param>
/// <typeparam name="TEntry">The cache's entries.</typeparam>
internal sealed class CacheOwner<TEntry>(string name)
{
    /// <summary>Orders owners by bytes held, the least first.</summary>
    public static IComparer<CacheOwner<TEntry>> BySize { get; } = Comparer<CacheOwner<TEntry>>.Create((a, b) =>
        a.SizeBytes == b.SizeBytes
            ? string.CompareOrdinal(a.Name, b.Name)
            : a.SizeBytes.CompareTo(b.SizeBytes));

    /// <summary>Name of the owner.</summary>
    public string Name => name;

    /// <summary>Bytes held.</summary>
    public long SizeBytes { get; set; }

    /// <summary>Entries held, the most recently used first.</summary>
    public LinkedList<TEntry> Order { get; } = [];
}
