using System.Collections.Concurrent;
using System.Diagnostics;
using Segmentation.LoadTests.Load;
using Segmentation.LoadTests.Reporting;

namespace Segmentation.LoadTests.Attack;

/// <summary>Answers to the requests of one attack, counted. Safe for concurrent use.</summary>
internal sealed class Answers
{
    private const int KeptProblems = 5;
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _problems = new();
    private readonly ConcurrentQueue<Measurement> _further = new();
    private int _wrong;

    /// <summary>Times until a request was answered or refused.</summary>
    public Latencies Times { get; } = new();

    /// <summary>Answers that must not have been given, for example an INTERNAL, or another tenant's mask.</summary>
    public int Wrong => _wrong;

    /// <summary>The first of them in words.</summary>
    public IEnumerable<string> Problems => _problems;

    /// <summary>Rows of an attack's own.</summary>
    public IEnumerable<Measurement> Further => _further;

    /// <summary>Every kind of answer and how often it came, the most frequent first.</summary>
    public IEnumerable<KeyValuePair<string, int>> Counts =>
        _counts.OrderByDescending(count => count.Value).ThenBy(count => count.Key, StringComparer.Ordinal);

    /// <summary>Counts an answer that took a time.</summary>
    /// <param name="what">Status and reason, for example <c>INVALID_ARGUMENT IMAGE_TOO_LARGE</c>.</param>
    /// <param name="since">Timestamp of the request's beginning.</param>
    public void Add(string what, long since)
    {
        Times.Add(Stopwatch.GetElapsedTime(since));
        Add(what);
    }

    /// <summary>Counts what is no answer with a time of its own.</summary>
    public void Add(string what, int count = 1) => _counts.AddOrUpdate(what, count, (_, before) => before + count);

    /// <summary>Counts an answer that must not have been given.</summary>
    public void AddWrong(string problem)
    {
        if (Interlocked.Increment(ref _wrong) <= KeptProblems)
        {
            _problems.Enqueue(problem);
        }
    }

    /// <summary>Adds a row of the attack's own.</summary>
    public void Add(Measurement row) => _further.Enqueue(row);
}
