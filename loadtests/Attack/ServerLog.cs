using System.Collections.Concurrent;

namespace Segmentation.LoadTests.Attack;

/// <summary>Counts what the server's log says above a warning, and stack traces. Safe for concurrent use.</summary>
internal sealed class ServerLog
{
    private const int KeptLines = 20;
    private readonly ConcurrentQueue<string> _lines = new();
    private int _loud;

    /// <summary>Lines at the levels error and critical, and of stack traces, so far.</summary>
    public int Loud => _loud;

    /// <summary>The latest of them.</summary>
    public IReadOnlyList<string> Lines => [.. _lines];

    /// <summary>Reads a line of the console's log.</summary>
    public void Read(string line)
    {
        if (!IsLoud(line))
        {
            return;
        }

        Interlocked.Increment(ref _loud);
        _lines.Enqueue(line);
        if (_lines.Count > KeptLines)
        {
            _lines.TryDequeue(out _);
        }
    }

    // "12:34:56.789 fail: Category[1] Message", and frames of a stack below it: "   at Type.Method(...)".
    private static bool IsLoud(string line) =>
        (line.StartsWith(' ') && line.AsSpan().TrimStart().StartsWith("at ") && line.Contains('('))
        || (line.Length > 18 && line[12..19] is " fail: " or " crit: ")
        || line.StartsWith("Unhandled exception", StringComparison.Ordinal);
}
