using System.Diagnostics;
using System.Globalization;
using Segmentation.Masks.Everything;

namespace Segmentation.Cli.Everything;

/// <summary>
/// Shows progress in one line of the terminal: a bar, the image, points, masks, and the time left. If standard error is
/// not a terminal, only notes are written.
/// </summary>
internal sealed class ProgressBar(TextWriter terminal, bool isTerminal, int images) : IProgress<EverythingProgress>
{
    private const int Cells = 20;
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(100);
    private readonly long _started = Stopwatch.GetTimestamp();
    private string _image = "";
    private int _done;
    private long _lastWrite;
    private int _length;

    /// <summary>Begins an image.</summary>
    public void Begin(string image)
    {
        _image = image;
        Write($"[{new string('.', Cells)}]   0%  {_image}, encoding");
    }

    /// <summary>Writes a line that stays, also if standard error is not a terminal.</summary>
    public void Note(string line)
    {
        Clear();
        terminal.WriteLine(line);
    }

    /// <summary>Ends an image and clears the line, so that other text can be written.</summary>
    public void End()
    {
        _done++;
        Clear();
    }

    public void Report(EverythingProgress value)
    {
        var now = Stopwatch.GetTimestamp();
        if (!isTerminal || Stopwatch.GetElapsedTime(_lastWrite, now) < _interval)
        {
            return;
        }

        _lastWrite = now;
        Write(Line(value));
    }

    /// <summary>Clears the line.</summary>
    public void Clear()
    {
        Write("");
        if (isTerminal)
        {
            terminal.Write('\r');
        }
    }

    private string Line(EverythingProgress value)
    {
        var share = (_done + (double)value.PointsDone / value.Points) / images;
        var filled = (int)(share * Cells);
        var left = Stopwatch.GetElapsedTime(_started) * ((1 - share) / share);
        var crops = value.Crops > 1 ? $"{value.CropsDone} of {value.Crops} crops, " : "";
        // A server does not report the number before the end.
        var masks = value.Candidates > 0 ? $", {value.Candidates} masks" : "";
        var number = images > 1 ? $" ({_done + 1} of {images})" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"[{new string('#', filled)}{new string('.', Cells - filled)}] {share,4:0%}  {_image}{number}  {crops}"
            + $"{value.PointsDone} of {value.Points} points{masks}  {Duration(left)} left");
    }

    private static string Duration(TimeSpan time) =>
        time.TotalHours >= 1 ? $"{(int)time.TotalHours} h {time.Minutes} min"
        : time.TotalMinutes >= 1 ? $"{time.Minutes} min {time.Seconds} s"
        : $"{Math.Max(1, time.Seconds)} s";

    /// <summary>Overwrites the line, padded with spaces to the length of the line before.</summary>
    private void Write(string line)
    {
        if (!isTerminal)
        {
            return;
        }

        terminal.Write('\r' + line.PadRight(_length));
        terminal.Flush();
        _length = line.Length;
    }
}
