using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Segmentation.Identity.Keys;

/// <summary>
/// Remembers when each key was last let in, to the second. Noting a use writes one number: calls do not wait for each other.
/// </summary>
/// <param name="clock">The clock.</param>
public sealed class KeyUses(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, StrongBox<long>> _seconds = new(StringComparer.Ordinal);

    /// <summary>Notes that a key was let in. Its id must be one of a store's, so that strangers fill no memory.</summary>
    public void Note(string id)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var seconds = _seconds.GetOrAdd(id, static _ => new StrongBox<long>());
        if (Volatile.Read(ref seconds.Value) < now)
        {
            Volatile.Write(ref seconds.Value, now);
        }
    }

    /// <summary>Takes over uses that another gateway has seen.</summary>
    public void Learn(string id, DateTimeOffset time)
    {
        var seconds = _seconds.GetOrAdd(id, static _ => new StrongBox<long>());
        if (Volatile.Read(ref seconds.Value) < time.ToUnixTimeSeconds())
        {
            Volatile.Write(ref seconds.Value, time.ToUnixTimeSeconds());
        }
    }

    /// <summary>Time of a key's last use; null when none is known.</summary>
    public DateTimeOffset? Of(string id) =>
        _seconds.TryGetValue(id, out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(Volatile.Read(ref seconds.Value)) : null;

    /// <summary>All uses that are known.</summary>
    public IReadOnlyList<(string Id, DateTimeOffset Time)> All() =>
        [.. _seconds.Select(use => (use.Key, DateTimeOffset.FromUnixTimeSeconds(Volatile.Read(ref use.Value.Value))))];
}
