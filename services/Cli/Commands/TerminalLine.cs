using System.Globalization;

namespace Segmentation.Cli.Commands;

/// <summary>
/// A line of the terminal that changes in its place, and lines that stay. A file or a pipe gets only those that stay.
/// </summary>
/// <param name="terminal">Takes the lines.</param>
/// <param name="isTerminal">False: a file or a pipe.</param>
internal sealed class TerminalLine(TextWriter terminal, bool isTerminal)
{
    private const int Cells = 20;
    private const int MaxWidth = 200;
    private int _length;

    /// <summary>Replaces the line.</summary>
    public void Show(string line)
    {
        if (!isTerminal)
        {
            return;
        }

        var shown = line.Length <= MaxWidth ? line : line[..MaxWidth];
        terminal.Write('\r' + shown.PadRight(_length));
        terminal.Flush();
        _length = shown.Length;
    }

    /// <summary>Writes a line that stays.</summary>
    public void Note(string line)
    {
        Clear();
        terminal.WriteLine(line);
    }

    /// <summary>Clears the line, so that other text can be written.</summary>
    public void Clear()
    {
        Show("");
        if (isTerminal)
        {
            terminal.Write('\r');
        }
    }

    /// <summary>A bar with its share in percent.</summary>
    /// <param name="share">0 to 1.</param>
    public static string Bar(double share)
    {
        var filled = (int)(share * Cells);
        return string.Create(
            CultureInfo.InvariantCulture, $"[{new string('#', filled)}{new string('.', Cells - filled)}] {share,4:0%}");
    }

    /// <summary>A time with its largest two units, for example <c>3 min 20 s</c>.</summary>
    public static string Duration(TimeSpan time) =>
        time.TotalHours >= 1 ? $"{(int)time.TotalHours} h {time.Minutes} min"
        : time.TotalMinutes >= 1 ? $"{time.Minutes} min {time.Seconds} s"
        : $"{Math.Max(1, time.Seconds)} s";
}
