using System.Diagnostics.CodeAnalysis;

namespace Segmentation.Embeddings.Caching;

/// <summary>
/// A dictionary bounded by bytes that gives up the least recently used entry first, and with a sliding expiry also
/// what nobody used for that long. Every operation is O(1), dropping included. Not safe for concurrent use: its
/// owners keep other state beside it and guard both with one lock.
/// </summary>
/// <typeparam name="TKey">What entries are found by.</typeparam>
/// <typeparam name="TValue">What is held.</typeparam>
public sealed class LruCache<TKey, TValue>
    where TKey : notnull
{
    private readonly Dictionary<TKey, LinkedListNode<Entry>> _index = [];

    // Most recently used first. All entries expire after the same time unused, so the order of use is also the order
    // of expiry and nothing but the last entry ever needs to be looked at.
    private readonly LinkedList<Entry> _order = [];
    private readonly TimeSpan _slidingExpiration;
    private readonly TimeProvider _time;

    /// <param name="capacityBytes">Bytes held at most, from 0.</param>
    /// <param name="slidingExpiration">How long an entry lives unused; <see cref="TimeSpan.MaxValue"/>: ever.</param>
    /// <param name="time">The clock.</param>
    public LruCache(long capacityBytes, TimeSpan slidingExpiration, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacityBytes);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(slidingExpiration, TimeSpan.Zero);
        ArgumentNullException.ThrowIfNull(time);
        CapacityBytes = capacityBytes;
        _slidingExpiration = slidingExpiration;
        _time = time;
    }

    /// <summary>A cache whose entries do not expire.</summary>
    /// <param name="capacityBytes">Bytes held at most, from 0.</param>
    public LruCache(long capacityBytes)
        : this(capacityBytes, TimeSpan.MaxValue, TimeProvider.System)
    {
    }

    /// <summary>Called with every key that leaves: dropped, removed or written over.</summary>
    public Action<TKey>? Left { get; init; }

    /// <summary>Called with every key that is given up for want of room, after <see cref="Left"/>.</summary>
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
        if (!_index.TryGetValue(key, out var node))
        {
            value = default;
            return false;
        }

        node.ValueRef.LastUsed = _time.GetTimestamp();
        _order.Remove(node);
        _order.AddFirst(node);
        value = node.Value.Value;
        return true;
    }

    /// <summary>Holds a value as the most recently used, over whatever the key had before.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="value">The value.</param>
    /// <param name="sizeBytes">What it counts for, from 0.</param>
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

        while (SizeBytes > CapacityBytes - sizeBytes)
        {
            var evicted = _order.Last!.ValueRef.Key;
            Drop(_order.Last);
            Evicted?.Invoke(evicted);
        }

        _index.Add(key, _order.AddFirst(new Entry(key, value, sizeBytes, _time.GetTimestamp())));
        SizeBytes += sizeBytes;
        return true;
    }

    /// <summary>Gives a value up. True when there was one.</summary>
    public bool Remove(TKey key)
    {
        DropExpired();
        if (!_index.TryGetValue(key, out var node))
        {
            return false;
        }

        Drop(node);
        return true;
    }

    private void DropExpired()
    {
        while (_order.Last is { } last && _time.GetElapsedTime(last.ValueRef.LastUsed) >= _slidingExpiration)
        {
            Drop(last);
        }
    }

    private void Drop(LinkedListNode<Entry> node)
    {
        _order.Remove(node);
        _index.Remove(node.ValueRef.Key);
        SizeBytes -= node.ValueRef.SizeBytes;
        Left?.Invoke(node.ValueRef.Key);
    }

    private record struct Entry(TKey Key, TValue Value, long SizeBytes, long LastUsed);
}
