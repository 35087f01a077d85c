using System.Collections.Concurrent;
using Segmentation.LoadTests.Load;

namespace Segmentation.LoadTests.Attack;

/// <summary>Times and failures of a bystander in one window. Times of failures count, too.</summary>
internal sealed class BystanderFigures
{
    private readonly ConcurrentDictionary<string, int> _problems = new(StringComparer.Ordinal);

    /// <summary>Clicks. They are due ten times a second, whether those before are answered or not.</summary>
    public Latencies Clicks { get; } = new();

    /// <summary>The p99 of clicks in milliseconds; of fewer than a hundred the second longest.</summary>
    public double ClickTail => Clicks.Count < 2
        ? Clicks.At(100)
        : Clicks.At(Math.Min(99, 100.0 * (Clicks.Count - 1) / Clicks.Count));

    /// <summary>Uploads of small new pictures.</summary>
    public Latencies Uploads { get; } = new();

    /// <summary>Clicks and uploads that failed: refused, cut, or not answered within ten seconds.</summary>
    public int Failed => Clicks.Failed + Uploads.Failed;

    /// <summary>Why they failed, and how often.</summary>
    public IEnumerable<KeyValuePair<string, int>> Problems => _problems.OrderByDescending(problem => problem.Value);

    /// <summary>Counts why something failed.</summary>
    public void Add(string problem) => _problems.AddOrUpdate(problem, 1, (_, before) => before + 1);
}
