using Segmentation.Masks;

namespace Segmentation.Doors.Samgeo;

/// <summary>
/// Lays masks over each other, so that each pixel belongs to one of them: where masks overlap, to the smaller one.
/// </summary>
internal static class LabelStack
{
    private const int EventsBetweenChecks = 1 << 14;

    /// <summary>Finds what is left of each mask.</summary>
    /// <param name="masks">Masks of one size, with values of their own.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Masks without common pixels, by their values; those of which nothing is left are not among them.</returns>
    public static IReadOnlyList<LabelledMask> Flatten(IEnumerable<LabelledMask> masks, CancellationToken cancellationToken)
    {
        // From the largest to the smallest: of those that overlap the last one is seen.
        LabelledMask[] stack = [.. masks.OrderByDescending(mask => mask.Runs.Area)];
        var seen = new VisibleRuns[stack.Length];
        var events = EventsOf(stack);
        SortedSet<int> open = [];
        uint from = 0;
        for (var i = 0; i < events.Length; i++)
        {
            if (i % EventsBetweenChecks == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            var at = (uint)(events[i] >> 32);
            if (at > from && open.Count > 0)
            {
                (seen[open.Max] ??= new()).Add(from, at);
            }

            from = at;
            var place = (int)((uint)events[i] >> 1);
            _ = (events[i] & 1) != 0 ? open.Add(place) : open.Remove(place);
        }

        return
        [
            .. stack.Zip(seen)
                .Where(one => one.Second is not null)
                .Select(one => one.First with { Runs = one.Second.Build(one.First.Runs) })
                .OrderBy(mask => mask.Value),
        ];
    }

    /// <summary>Begins and ends of runs, sorted: the pixel, the place in the stack, and 1 for a begin.</summary>
    private static ulong[] EventsOf(LabelledMask[] stack)
    {
        var events = new ulong[stack.Sum(mask => mask.Runs.AsSpan().Length / 2 * 2)];
        var count = 0;
        for (var place = 0; place < stack.Length; place++)
        {
            var counts = stack[place].Runs.AsSpan();
            ulong at = 0;
            for (var i = 0; i + 1 < counts.Length; i += 2)
            {
                var begin = at + counts[i];
                at = begin + counts[i + 1];
                events[count++] = begin << 32 | (uint)(place << 1) | 1;
                events[count++] = at << 32 | (uint)(place << 1);
            }
        }

        Array.Sort(events);
        return events;
    }

    /// <summary>Runs of a mask, as far as they are seen.</summary>
    private sealed class VisibleRuns
    {
        private readonly List<uint> _edges = [];

        public void Add(uint begin, uint end)
        {
            if (_edges.Count > 0 && _edges[^1] == begin)
            {
                _edges[^1] = end;
                return;
            }

            _edges.Add(begin);
            _edges.Add(end);
        }

        public RunLengths Build(RunLengths size)
        {
            var counts = new uint[_edges.Count + 1];
            uint at = 0;
            for (var i = 0; i < _edges.Count; i++)
            {
                counts[i] = _edges[i] - at;
                at = _edges[i];
            }

            counts[^1] = (uint)((long)size.Height * size.Width) - at;
            return new RunLengths(size.Height, size.Width, counts);
        }
    }
}

/// <summary>A mask of an answer.</summary>
/// <param name="Value">Value of its pixels, at least 1.</param>
/// <param name="Score">Its predicted IoU; null where several masks became one.</param>
/// <param name="Runs">Its pixels.</param>
internal sealed record LabelledMask(int Value, float? Score, RunLengths Runs);
