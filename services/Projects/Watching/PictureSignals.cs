using System.Collections.Concurrent;

namespace Segmentation.Projects.Watching;

/// <summary>
/// Tells watchers that something of a picture changed: an operation, or its lease. A signal says only that it is time
/// to look at the record.
/// </summary>
internal sealed class PictureSignals
{
    private readonly ConcurrentDictionary<long, ImmutableSubscriptions> _watched = new();

    /// <summary>Called with every picture that this process changed, to tell other processes.</summary>
    public event Action<long>? Changed;

    /// <summary>Pictures that somebody watches here.</summary>
    public ICollection<long> Watched => _watched.Keys;

    /// <summary>Tells all watchers, in all processes, after the change was committed.</summary>
    public void Publish(long picture)
    {
        Wake(picture);
        Changed?.Invoke(picture);
    }

    /// <summary>Tells the watchers of this process.</summary>
    public void Wake(long picture)
    {
        if (_watched.TryGetValue(picture, out var subscriptions))
        {
            subscriptions.Wake();
        }
    }

    /// <summary>Begins to watch; disposing ends it. Changes that are committed later are signalled.</summary>
    public PictureSubscription Subscribe(long picture)
    {
        var subscription = new PictureSubscription(this, picture);
        _watched.AddOrUpdate(
            picture,
            _ => ImmutableSubscriptions.Empty.With(subscription),
            (_, subscriptions) => subscriptions.With(subscription));
        return subscription;
    }

    /// <summary>Ends a subscription.</summary>
    internal void Remove(PictureSubscription subscription)
    {
        while (_watched.TryGetValue(subscription.Picture, out var before))
        {
            var after = before.Without(subscription);
            if (after.IsEmpty
                ? _watched.TryRemove(new(subscription.Picture, before))
                : _watched.TryUpdate(subscription.Picture, after, before))
            {
                return;
            }
        }
    }

    /// <summary>Subscriptions of one picture; compared by reference.</summary>
    private sealed class ImmutableSubscriptions(PictureSubscription[] all)
    {
        public static ImmutableSubscriptions Empty { get; } = new([]);

        public bool IsEmpty => all.Length == 0;

        public ImmutableSubscriptions With(PictureSubscription one) => new([.. all, one]);

        public ImmutableSubscriptions Without(PictureSubscription one) => new([.. all.Where(other => other != one)]);

        public void Wake()
        {
            foreach (var subscription in all)
            {
                subscription.Wake();
            }
        }
    }
}
