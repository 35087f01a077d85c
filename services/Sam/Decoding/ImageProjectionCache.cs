using Segmentation.Masks;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding;

/// <summary>
/// Caches the image projections of the images asked for last. They are computed once for all threads.
/// </summary>
/// <param name="decoder">Computes projections.</param>
internal sealed class ImageProjectionCache(IMaskDecoder decoder)
{
    /// <summary>Number of images, 170 MB: as many searches can take turns.</summary>
    public const int Capacity = 8;

    private const int PollMilliseconds = 1;
    private readonly Lock _lock = new();
    private readonly List<Entry> _entries = [];

    /// <summary>Returns the projections of an image, computing them if they are missing.</summary>
    /// <param name="image">The image, which must never change.</param>
    /// <param name="yieldPoint">
    /// Checked while projections are computed, by this thread or another. Work that runs there must not ask for
    /// projections.
    /// </param>
    public AlignedBuffer? Get(PreparedTokens image, YieldPoint yieldPoint)
    {
        while (true)
        {
            var entry = Find(image, out var isNew);
            if (isNew)
            {
                return Compute(entry, image, yieldPoint);
            }

            while (!SpinWait.SpinUntil(() => entry.HasEnded, PollMilliseconds))
            {
                yieldPoint.Check();
            }

            // The thread that computed the projections may have been cancelled.
            if (entry.IsComputed)
            {
                return entry.Projections;
            }
        }
    }

    private AlignedBuffer? Compute(Entry entry, PreparedTokens image, YieldPoint yieldPoint)
    {
        try
        {
            var projections = decoder.PrecomputeProjections(image, yieldPoint);
            (entry.Projections, entry.IsComputed) = (projections, true);
            return projections;
        }
        finally
        {
            lock (_lock)
            {
                if (!entry.IsComputed)
                {
                    _entries.Remove(entry);
                }
            }

            entry.HasEnded = true;
        }
    }

    private Entry Find(PreparedTokens image, out bool isNew)
    {
        lock (_lock)
        {
            var entry = _entries.Find(e => e.Image.TryGetTarget(out var target) && target == image);
            isNew = entry is null;
            if (entry is not null)
            {
                _entries.Remove(entry);
            }
            else if (_entries.Count == Capacity)
            {
                _entries.RemoveAt(Capacity - 1);
            }

            entry ??= new(new(image));
            _entries.Insert(0, entry);
            return entry;
        }
    }

    // Projections do not keep their image in memory.
    private sealed class Entry(WeakReference<PreparedTokens> image)
    {
        private volatile bool _hasEnded;

        public WeakReference<PreparedTokens> Image => image;

        public AlignedBuffer? Projections { get; set; }

        public bool IsComputed { get; set; }

        /// <summary>True once the other properties may be read.</summary>
        public bool HasEnded
        {
            get => _hasEnded;
            set => _hasEnded = value;
        }
    }
}
