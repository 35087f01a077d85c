using System.Net;

namespace Segmentation.Identity;

/// <summary>
/// Bounds how many wrong credentials an address may send: after <see cref="Burst"/> of them one every
/// <see cref="Pause"/> is answered for what it is, and the others are told to wait. A right one is always taken: others
/// may share the address.
/// </summary>
/// <param name="clock">The clock.</param>
public sealed class WrongCredentials(TimeProvider clock)
{
    /// <summary>Wrong credentials at once.</summary>
    public const int Burst = 20;

    /// <summary>Addresses that are remembered; beyond them the one that was wrong longest ago is forgotten.</summary>
    public const int MaxAddresses = 10_000;

    /// <summary>Bytes of an address of version 6 that are the same for all addresses of one customer.</summary>
    private const int CustomerBytes = 8;

    /// <summary>Time between two wrong credentials in the long run.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _latest = new();

    /// <summary>Addresses that are remembered now.</summary>
    public int Addresses
    {
        get
        {
            lock (_gate)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>Time until a credential of an address is looked at again; null: now.</summary>
    public TimeSpan? Wait(IPAddress address)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(KeyOf(address), out var node))
            {
                return null;
            }

            // The time at which the last wrong one is made up for, less those that are allowed at once.
            var wait = node.Value.Until - clock.GetUtcNow() - ((Burst - 1) * Pause);
            return wait > TimeSpan.Zero ? wait : null;
        }
    }

    /// <summary>Notes a wrong credential.</summary>
    public void Add(IPAddress address)
    {
        lock (_gate)
        {
            var (key, now) = (KeyOf(address), clock.GetUtcNow());
            var until = now;
            if (_entries.Remove(key, out var node))
            {
                _latest.Remove(node);
                until = node.Value.Until > now ? node.Value.Until : now;
            }

            _entries.Add(key, _latest.AddLast(new Entry(key, until + Pause)));
            if (_entries.Count > MaxAddresses)
            {
                _entries.Remove(_latest.First!.Value.Address);
                _latest.RemoveFirst();
            }
        }
    }

    private static IPAddress KeyOf(IPAddress address)
    {
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var bytes = address.GetAddressBytes();
        return bytes.Length > CustomerBytes
            ? new IPAddress([.. bytes.AsSpan(0, CustomerBytes), .. new byte[bytes.Length - CustomerBytes]])
            : address;
    }

    private sealed record Entry(IPAddress Address, DateTimeOffset Until);
}
