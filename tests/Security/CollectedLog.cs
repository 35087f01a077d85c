using System.Collections.Concurrent;
using Segmentation.Tests.Shared;

namespace Segmentation.Security.Tests;

/// <summary>Everything that a program printed, and what is to come.</summary>
internal sealed class CollectedLog
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly Lock _gate = new();
    private readonly List<(Func<string, bool> Is, TaskCompletionSource<string> Found)> _waiting = [];

    /// <summary>The lines so far.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>Takes a line.</summary>
    public void Add(string line)
    {
        lock (_gate)
        {
            _lines.Enqueue(line);
            foreach (var (_, found) in _waiting.Where(waiting => waiting.Is(line)))
            {
                found.TrySetResult(line);
            }
        }
    }

    /// <summary>The first line, of those printed and those to come, that a test looks for.</summary>
    public Task<string> FindAsync(Func<string, bool> isSought, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_lines.FirstOrDefault(isSought) is { } line)
            {
                return Task.FromResult(line);
            }

            var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((isSought, found));
            return found.Task.WaitAsync(Patience.Longest, cancellationToken);
        }
    }

    /// <summary>Faults of the log: lines that hold one of the secrets, and traces of stacks.</summary>
    public IEnumerable<string> Faults(IEnumerable<string> secrets)
    {
        var all = secrets.ToList();
        return _lines.Where(line => line.StartsWith("   at ", StringComparison.Ordinal)
            || all.Exists(secret => line.Contains(secret, StringComparison.OrdinalIgnoreCase)));
    }
}
