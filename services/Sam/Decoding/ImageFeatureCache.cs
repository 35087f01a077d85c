using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding;

/// <summary>
/// <see cref="IPromptDecoder.PrepareFeatures"/> of the images that were asked for last, made once for all threads.
/// </summary>
internal sealed class ImageFeatureCache(IPromptDecoder decoder)
{
    // Making them costs a fifth of a decode: as many searches may take turns before that matters.
    private const int Capacity = 4;
    private readonly Lock _lock = new();
    private readonly List<Entry> _entries = [];

    /// <summary>The features of an image, which must never change.</summary>
    public AlignedBuffer? Get(PreparedImage image) => Find(image).Features.Value;

    private Entry Find(PreparedImage image)
    {
        lock (_lock)
        {
            var entry = _entries.Find(e => e.Image.TryGetTarget(out var target) && target == image);
            if (entry is not null)
                _entries.Remove(entry);
            else if (_entries.Count == Capacity)
                _entries.RemoveAt(Capacity - 1);

            entry ??= new(new(image), new(() => decoder.PrepareFeatures(image)));
            _entries.Insert(0, entry);
            return entry;
        }
    }

    // Features keep no image in memory.
    private sealed record Entry(WeakReference<PreparedImage> Image, Lazy<AlignedBuffer?> Features);
}
