using System.Diagnostics.CodeAnalysis;

namespace Segmentation.Common.Caching;

/// <summary>
/// A dictionary bounded by bytes that drops the least recently used entry first, and with a sliding expiry also entries
/// that nobody used for that long. Where entries have owners, the owner who holds most loses entries first: an owner
/// keeps an equal share, whatever others do, and may have everything while nobody else wants it. Not safe for
/// concurrent use: its users keep other state beside it and guard both with one lock.
/// </summary>
/// <typeparam name="TKey">Key of an entry.</typeparam>
/// <typeparam name="TValue">Value of an entry.</typeparam>
public sealed class LruCache<TKey, TValue>
    where TKey : notnull
{
    private readonly Dictionary<TKey, Entry> _index = [];
    private readonly Dictionary<string, CacheOwner<Entry>> _owners = [];
    private readonly SortedSet<CacheOwner<Entry>> _ownersBySize = new(CacheOwner<Entry>.BySize);

    // Most recently used first. All entries expire after the same time unused, so the order of use is also the order
    // of expiry and nothing but the last entry ever needs to be looked at.
    private readonly LinkedList<Entry> _order = [];
    private readonly TimeSpan _slidingExpiration;
    private readonly TimeProvider _clock;

    /// <param name="capacityBytes">Bytes held at most, from 0.</param>
    /// <param name="slidingExpiration">Time that an entry lives unused; <see cref="TimeSpan.MaxValue"/>: ever.</param>
    /// <param name="clock">The clock.</param>
    public LruCache(long capacityBytes, TimeSpan slidingExpiration, TimeProvider clock)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacityBytes);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(slidingExpiration, TimeSpan.Zero);
        ArgumentNullException.ThrowIfNull(clock);
        CapacityBytes = capacityBytes;
        _slidingExpiration = slidingExpiration;
        _clock = clock;
    }

    /// <summary>A cache whose entries do not expire.</summary>
    /// <param name="capacityBytes">Bytes held at most, from 0.</param>
    public LruCache(long capacityBytes)
        : this(capacityBytes, TimeSpan.MaxValue, TimeProvider.System)
    {
    }

    /// <summary>Names the owner of an entry; null: all have one owner.</summary>
    public Func<TKey, string>? OwnerOf { get; init; }

    /// <summary>Called with every key that leaves: dropped, removed or written over.</summary>
    public Action<TKey>? Left { get; init; }

    /// <summary>Called with every key that is dropped for want of room, after <see cref="Left"/>.</summary>
    public Action<TKey>? Evicted { get; init; }

    /// <summary>Bytes held at most.</summary>
    public long CapacityBytes { get; }

    /// <summary>Bytes held.</summary>
    public long SizeBytes { get; private set; }

    /// <summary>Entries held.</summary>
    public int Count => _index.Count;

    /// <summary>Entries held, the most recently used first; looking is no use.</summary>
    public IEnumerable<KeyValuePair<TKey, TValue>> Recent =>
        _order.Select(entry => KeyValuePair.Create(entry.Key, entry.Value));

    /// <summary>Finds a value and makes it the most recently used.</summary>
    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        DropExpired();
        if (!_index.TryGetValue(key, out var entry))
        {
            value = default;
            return false;
        }

        entry.LastUsed = _clock.GetTimestamp();
        MoveToFront(_order, entry.Node);
        MoveToFront(entry.Owner.Order, entry.OwnerNode);
        value = entry.Value;
        return true;
    }

    /// <summary>Holds a value as the most recently used, over whatever the key had before.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="value">The value.</param>
    /// <param name="sizeBytes">Bytes that it counts for, from 0.</param>
    /// <returns>False when the value alone is larger than the capacity: then the key holds nothing.</returns>
    public bool Set(TKey key, TValue value, long sizeBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeBytes);
        DropExpired();
        Remove(key);
        if (sizeBytes > CapacityBytes)
        {
            return false;
        }

        var name = OwnerOf?.Invoke(key) ?? "";
        while (SizeBytes > CapacityBytes - sizeBytes)
        {
            var evicted = OwnerToShrink(_owners.GetValueOrDefault(name), sizeBytes).Order.Last!.Value;
            Drop(evicted);
            Evicted?.Invoke(evicted.Key);
        }

        if (!_owners.TryGetValue(name, out var owner))
        {
            owner = new CacheOwner<Entry>(name);
            _owners.Add(name, owner);
        }

        var entry = new Entry(key, value, sizeBytes, owner) { LastUsed = _clock.GetTimestamp() };
        _index.Add(key, entry);
        _order.AddFirst(entry.Node);
        owner.Order.AddFirst(entry.OwnerNode);
        Resize(owner, sizeBytes);
        return true;
    }

    /// <summary>Removes a value. True when there was one.</summary>
    public bool Remove(TKey key)
    {
        DropExpired();
        if (!_index.TryGetValue(key, out var entry))
        {
            return false;
        }

        Drop(entry);
        return true;
    }

    private static void MoveToFront(LinkedList<Entry> order, LinkedListNode<Entry> node)
    {
        order.Remove(node);
        order.AddFirst(node);
    }

    /// <summary>
    /// Finds the owner who holds most, the new entry included; of two with as much, the one that adds.
    /// </summary>
    private CacheOwner<Entry> OwnerToShrink(CacheOwner<Entry>? taker, long sizeBytes)
    {
        var most = _ownersBySize.Max!;
        return taker is not null && sizeBytes >= most.SizeBytes - taker.SizeBytes ? taker : most;
    }

    private void DropExpired()
    {
        while (_order.Last is { Value: var last } && _clock.GetElapsedTime(last.LastUsed) >= _slidingExpiration)
        {
            Drop(last);
        }
    }

    private void Drop(Entry entry)
    {
        _order.Remove(entry.Node);
        entry.Owner.Order.Remove(entry.OwnerNode);
        _index.Remove(entry.Key);
        Resize(entry.Owner, -entry.SizeBytes);
        Left?.Invoke(entry.Key);
    }

    // Names of those who hold nothing are not kept: strangers choose them.
    private void Resize(CacheOwner<Entry> owner, long bytes)
    {
        SizeBytes += bytes;
        _ownersBySize.Remove(owner);
        owner.SizeBytes += bytes;
        if (owner.Order.Count > 0)
        {
            _ownersBySize.Add(owner);
        }
        else
        {
            _owners.Remove(owner.Name);
        }
    }

    private sealed class Entry
    {
        public Entry(TKey key, TValue value, long sizeBytes, CacheOwner<Entry> owner)
        {
            (Key, Value, SizeBytes, Owner) = (key, value, sizeBytes, owner);
            (Node, OwnerNode) = (new(this), new(this));
        }

        public TKey Key { get; }

        public TValue Value { get; }

        public long SizeBytes { get; }

        public CacheOwner<Entry> Owner { get; }

        /// <summary>Its place among all.</summary>
        public LinkedListNode<Entry> Node { get; }

        /// <summary>Its place among its owner's.</summary>
        public LinkedListNode<Entry> OwnerNode { get; }

        public long LastUsed { get; set; }
    }
}
