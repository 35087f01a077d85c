namespace Segmentation.Projects.Measuring;

/// <summary>Draws pictures by a seed.</summary>
internal static class SeededDraw
{
    /// <summary>
    /// Draws numbers from a stream: each has a hash with the seed, and the smallest hashes are drawn. The same seed
    /// draws the same pictures, in whatever order they come; memory grows with the draw, not with the stream.
    /// </summary>
    /// <param name="numbers">Different numbers.</param>
    /// <param name="count">Numbers to draw; 0: all.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The draw, in ascending order.</returns>
    public static async Task<IReadOnlyList<long>> DrawAsync(
        IAsyncEnumerable<long> numbers, int count, long seed, CancellationToken cancellationToken)
    {
        if (count == 0)
        {
            return await numbers.Order().ToArrayAsync(cancellationToken);
        }

        // The greatest hash lies on top, and leaves when a smaller one comes.
        var drawn = new PriorityQueue<long, ulong>(Comparer<ulong>.Create((a, b) => b.CompareTo(a)));
        await foreach (var number in numbers.WithCancellation(cancellationToken))
        {
            var hash = SplitMix.Hash(seed, number);
            if (drawn.Count < count)
            {
                drawn.Enqueue(number, hash);
            }
            else
            {
                drawn.EnqueueDequeue(number, hash);
            }
        }

        return [.. drawn.UnorderedItems.Select(item => item.Element).Order()];
    }
}
