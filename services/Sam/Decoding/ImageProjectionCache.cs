using Segmentation.Sam.Numerics;
using Segmentation.Sam.Runtime;

namespace Segmentation.Sam.Decoding;

/// <summary>
/// <see cref="IMaskDecoder.PrecomputeProjections"/> of the images that were asked for last, made once for all threads.
/// </summary>
internal sealed class ImageProjectionCache(IMaskDecoder decoder)
{
    /// <summary>Images: 170 MB. As many searches may take turns.</summary>
    public const int Capacity = 8;

    private const int LookMilliseconds = 1;
    private readonly Lock _lock = new();
    private readonly List<Entry> _entries = [];

    /// <summary>The projections of an image, which must never change.</summary>
    /// <param name="image">The image.</param>
    /// <param name="yieldPoint">
    /// Passed while they are made, here or by another thread; what is done there must not ask for any.
    /// </param>
    public AlignedBuffer? Get(PreparedImage image, YieldPoint yieldPoint)
    {
        while (true)
        {
            var entry = Find(image, out var isMissing);
            if (isMissing)
                return Make(entry, image, yieldPoint);

            while (!SpinWait.SpinUntil(() => entry.HasEnded, LookMilliseconds))
            {
                yieldPoint.Check();
            }

            // Whoever was making them may have been told to end.
            if (entry.IsMade)
                return entry.Projections;
        }
    }

    private AlignedBuffer? Make(Entry entry, PreparedImage image, YieldPoint yieldPoint)
    {
        try
        {
            var projections = decoder.PrecomputeProjections(image, yieldPoint);
            (entry.Projections, entry.IsMade) = (projections, true);
            return projections;
        }
        finally
        {
            lock (_lock)
            {
                if (!entry.IsMade)
                    _entries.Remove(entry);
            }

            entry.HasEnded = true;
        }
    }

    private Entry Find(PreparedImage image, out bool isMissing)
    {
        lock (_lock)
        {
            var entry = _entries.Find(e => e.Image.TryGetTarget(out var target) && target == image);
            isMissing = entry is null;
            if (entry is not null)
                _entries.Remove(entry);
            else if (_entries.Count == Capacity)
                _entries.RemoveAt(Capacity - 1);

            entry ??= new(new(image));
            _entries.Insert(0, entry);
            return entry;
        }
    }

    // Features keep no image in memory.
    private sealed class Entry(WeakReference<PreparedImage> image)
    {
        private volatile bool _hasEnded;

        public WeakReference<PreparedImage> Image => image;

        public AlignedBuffer? Projections { get; set; }

        public bool IsMade { get; set; }

        /// <summary>Whether the others may be read.</summary>
        public bool HasEnded
        {
            get => _hasEnded;
            set => _hasEnded = value;
        }
    }
}
