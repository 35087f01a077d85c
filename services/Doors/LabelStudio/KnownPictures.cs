using Segmentation.Common.Caching;

namespace Segmentation.Doors.LabelStudio;

/// <summary>A picture that a tenant has had segmented.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Width">Width of the upright picture in pixels.</param>
/// <param name="Height">Height of the upright picture in pixels.</param>
/// <param name="Version">The model's name and digest.</param>
internal sealed record KnownPicture(string Id, int Width, int Height, string Version);

/// <summary>
/// Remembers for a while which picture an address leads to, and how large a picture is: clicks on one picture fetch it
/// once. Bounded; tenants share the room. Safe for concurrent use.
/// </summary>
internal sealed class KnownPictures
{
    /// <summary>Bytes of all entries.</summary>
    public const long MaxBytes = 8 << 20;

    /// <summary>Time after which an address is asked again.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private const int EntryBytes = 512;

    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly LruCache<(string Tenant, string Name), (KnownPicture Picture, long Since)> _pictures;

    public KnownPictures(TimeProvider clock)
    {
        _clock = clock;
        _pictures = new(MaxBytes, Lifetime, clock) { OwnerOf = key => key.Tenant };
    }

    /// <summary>Finds a picture by a name of it: its address or its id.</summary>
    public KnownPicture? Find(string tenant, string name)
    {
        lock (_gate)
        {
            return _pictures.TryGet((tenant, name), out var found) && _clock.GetElapsedTime(found.Since) < Lifetime
                ? found.Picture
                : null;
        }
    }

    /// <summary>Remembers a picture.</summary>
    public void Remember(string tenant, string name, KnownPicture picture)
    {
        lock (_gate)
        {
            var bytes = EntryBytes + 2L * (tenant.Length + name.Length);
            _pictures.Set((tenant, name), (picture, _clock.GetTimestamp()), bytes);
        }
    }
}
