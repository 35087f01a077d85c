using System.Diagnostics;
using System.Globalization;
using Segmentation.Cli.Commands;

namespace Segmentation.Cli.Projects;

/// <summary>
/// Shows progress on standard error: one line that changes in a terminal, else a line every few seconds. Thread-safe.
/// </summary>
internal sealed class ProgressLine : IDisposable
{
    private static readonly TimeSpan _terminalInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _lineInterval = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly bool _isTerminal = !Console.IsErrorRedirected;
    private readonly TerminalLine _line = new(Console.Error, !Console.IsErrorRedirected);
    private string _what = "";
    private long _began;
    private long _first;
    private long _last;

    /// <summary>Shows how far something is.</summary>
    /// <param name="what">Name of the work.</param>
    /// <param name="done">Number of items or bytes that are done.</param>
    /// <param name="all">Number in all; 0: not known.</param>
    /// <param name="text">Numbers in words.</param>
    public void Show(string what, long done, long all, string text)
    {
        lock (_gate)
        {
            var now = Stopwatch.GetTimestamp();
            if (what != _what)
            {
                // Another work: its speed says nothing of the one before.
                (_what, _began, _first, _last) = (what, now, done, 0);
            }

            var interval = _isTerminal ? _terminalInterval : _lineInterval;
            if (_last != 0 && Stopwatch.GetElapsedTime(_last, now) < interval && (all == 0 || done < all))
            {
                return;
            }

            _last = now;
            Write(Line(done, all, text, Stopwatch.GetElapsedTime(_began, now)));
        }
    }

    /// <summary>Writes a line that stays.</summary>
    public void Note(string line)
    {
        lock (_gate)
        {
            _line.Note(line);
        }
    }

    /// <summary>Clears the line.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _line.Clear();
        }
    }

    private string Line(long done, long all, string text, TimeSpan elapsed)
    {
        if (all <= 0)
        {
            return $"{_what}  {text}";
        }

        var share = Math.Clamp((double)done / all, 0, 1);
        var percent = _isTerminal ? TerminalLine.Bar(share) : string.Create(CultureInfo.InvariantCulture, $"{share,4:0%}");
        var left = done > _first && done < all
            ? $"  {TerminalLine.Duration(elapsed * ((double)(all - done) / (done - _first)))} left"
            : "";
        return $"{percent}  {_what}  {text}{left}";
    }

    private void Write(string line)
    {
        if (_isTerminal)
        {
            _line.Show(line);
        }
        else
        {
            Console.Error.WriteLine(line);
        }
    }
}
