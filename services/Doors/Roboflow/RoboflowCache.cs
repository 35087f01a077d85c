using Segmentation.Common.Caching;
using Segmentation.Protocol.V1;

namespace Segmentation.Doors.Roboflow;

/// <summary>
/// What clients come back to: images by ids of their own, and logits of earlier masks. Everything belongs to a tenant,
/// is bounded in bytes and in time, and may be gone at any moment. Each gateway has its own.
/// </summary>
internal sealed class RoboflowCache
{
    private const int EntryBytes = 512;

    private readonly Lock _lock = new();
    private readonly LruCache<Key, Entry> _entries;

    /// <param name="options">The bounds.</param>
    /// <param name="clock">The clock.</param>
    public RoboflowCache(RoboflowOptions options, TimeProvider clock) =>
        _entries = new(options.CacheBytes, options.CacheExpiry, clock) { OwnerOf = key => key.Tenant };

    /// <summary>Keeps which image a client's id means.</summary>
    /// <param name="tenant">The caller's tenant.</param>
    /// <param name="id">The client's id.</param>
    /// <param name="image">The image's id, <c>sha256:...</c>.</param>
    public void KeepImage(string tenant, string id, string image) =>
        Keep(new(tenant, "image", id, ""), new(image, null, null), EntryBytes + (2 * id.Length));

    /// <summary>The image that a client's id means; null where nothing is kept.</summary>
    public string? FindImage(string tenant, string id) => Find(new(tenant, "image", id, ""))?.Image;

    /// <summary>Keeps the logits of a mask of an image.</summary>
    /// <param name="tenant">The caller's tenant.</param>
    /// <param name="model">The model that made them.</param>
    /// <param name="image">The image: its id, or a client's.</param>
    /// <param name="prompt">The prompt without a mask; null where one mask an image is kept.</param>
    /// <param name="logits">256 x 256 little-endian float32.</param>
    public void KeepLogits(string tenant, string model, string image, Prompt? prompt, byte[] logits) =>
        Keep(
            new(tenant, model, image, prompt?.ToString() ?? ""),
            new(image, prompt, logits),
            EntryBytes + logits.Length + (prompt?.CalculateSize() * 8 ?? 0));

    /// <summary>The logits kept for an image without a prompt; null where there are none.</summary>
    public byte[]? FindLogits(string tenant, string model, string image) => Find(new(tenant, model, image, ""))?.Logits;

    /// <summary>
    /// The logits of the earlier prompt of an image that a prompt goes on from: one with the same box and fewer points,
    /// all of which the new one has, too. The one with the most points, of several the latest; null where there is none.
    /// </summary>
    public byte[]? FindEarlier(string tenant, string model, string image, Prompt prompt)
    {
        HashSet<Point> points = [.. prompt.Points];
        lock (_lock)
        {
            return _entries.Recent
                .Where(entry => entry.Key.Tenant == tenant && entry.Key.Model == model && entry.Key.Image == image)
                .Select(entry => entry.Value)
                .Where(entry => entry.Prompt is { } earlier
                    && earlier.Points.Count < prompt.Points.Count
                    && Equals(earlier.Box, prompt.Box)
                    && earlier.Points.All(points.Contains))
                .MaxBy(entry => entry.Prompt!.Points.Count)?.Logits;
        }
    }

    private void Keep(Key key, Entry entry, long bytes)
    {
        lock (_lock)
        {
            _entries.Set(key, entry, bytes);
        }
    }

    private Entry? Find(Key key)
    {
        lock (_lock)
        {
            return _entries.TryGet(key, out var entry) ? entry : null;
        }
    }

    private sealed record Key(string Tenant, string Model, string Image, string Prompt);

    private sealed record Entry(string Image, Prompt? Prompt, byte[]? Logits);
}
