using System.Diagnostics;
using System.Globalization;

namespace Segmentation.Cli.Projects;

/// <summary>
/// Shows progress on standard error: one line that changes in a terminal, else a line every few seconds. Thread-safe.
/// </summary>
internal sealed class ProgressLine : IDisposable
{
    private const int Cells = 20;
    private const int MaxWidth = 200;
    private static readonly TimeSpan _terminalInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _lineInterval = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly bool _isTerminal = !Console.IsErrorRedirected;
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _last;
    private long _first = -1;
    private int _length;

    /// <summary>Shows how far something is.</summary>
    /// <param name="what">Name of the work.</param>
    /// <param name="done">What is done.</param>
    /// <param name="all">What there is in all; 0: not known.</param>
    /// <param name="text">Numbers in words.</param>
    public void Show(string what, long done, long all, string text)
    {
        lock (_gate)
        {
            var now = Stopwatch.GetTimestamp();
            var interval = _isTerminal ? _terminalInterval : _lineInterval;
            if (Stopwatch.GetElapsedTime(_last, now) < interval && (all == 0 || done < all))
            {
                return;
            }

            _last = now;
            _first = _first < 0 ? done : _first;
            Write(Line(what, done, all, text));
        }
    }

    /// <summary>Writes a line that stays.</summary>
    public void Note(string line)
    {
        lock (_gate)
        {
            Clear();
            Console.Error.WriteLine(line);
        }
    }

    /// <summary>Clears the line.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            Clear();
        }
    }

    private string Line(string what, long done, long all, string text)
    {
        if (all <= 0)
        {
            return $"{what}  {text}";
        }

        var share = Math.Clamp((double)done / all, 0, 1);
        var filled = (int)(share * Cells);
        var bar = $"[{new string('#', filled)}{new string('.', Cells - filled)}] ";
        var left = done > _first ? Stopwatch.GetElapsedTime(_started) * ((double)(all - done) / (done - _first)) : (TimeSpan?)null;
        var rest = left is { } time && done < all ? $"  {Duration(time)} left" : "";
        return string.Create(
            CultureInfo.InvariantCulture, $"{(_isTerminal ? bar : "")}{share,4:0%}  {what}  {text}{rest}");
    }

    private static string Duration(TimeSpan time) =>
        time.TotalHours >= 1 ? $"{(int)time.TotalHours} h {time.Minutes} min"
        : time.TotalMinutes >= 1 ? $"{time.Minutes} min {time.Seconds} s"
        : $"{Math.Max(1, time.Seconds)} s";

    private void Write(string line)
    {
        if (!_isTerminal)
        {
            Console.Error.WriteLine(line);
            return;
        }

        var shown = line.Length <= MaxWidth ? line : line[..MaxWidth];
        Console.Error.Write('\r' + shown.PadRight(_length));
        _length = shown.Length;
    }

    private void Clear()
    {
        if (_isTerminal && _length > 0)
        {
            Console.Error.Write('\r' + new string(' ', _length) + '\r');
            _length = 0;
        }
    }
}
