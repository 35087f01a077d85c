using System.Diagnostics;
using System.Globalization;
using Segmentation.Cli.Commands;
using Segmentation.Masks.Everything;

namespace Segmentation.Cli.Everything;

/// <summary>
/// Shows progress in one line of the terminal: a bar, the image, points, masks, and the time left. If standard error is
/// not a terminal, only notes are written.
/// </summary>
internal sealed class ProgressBar(TextWriter terminal, bool isTerminal, int images) : IProgress<EverythingProgress>
{
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(100);
    private readonly TerminalLine _line = new(terminal, isTerminal);
    private readonly long _started = Stopwatch.GetTimestamp();
    private string _image = "";
    private int _done;
    private long _lastWrite;

    /// <summary>Begins an image.</summary>
    public void Begin(string image)
    {
        _image = image;
        _line.Show($"{TerminalLine.Bar(0)}  {_image}, encoding");
    }

    /// <summary>Writes a line that stays, also if standard error is not a terminal.</summary>
    public void Note(string line) => _line.Note(line);

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
        _line.Show(Line(value));
    }

    /// <summary>Clears the line.</summary>
    public void Clear() => _line.Clear();

    private string Line(EverythingProgress value)
    {
        var share = (_done + (double)value.PointsDone / value.Points) / images;
        var left = Stopwatch.GetElapsedTime(_started) * ((1 - share) / share);
        var crops = value.Crops > 1 ? $"{value.CropsDone} of {value.Crops} crops, " : "";
        // A server does not report the number before the end.
        var masks = value.Candidates > 0 ? $", {value.Candidates} masks" : "";
        var number = images > 1 ? $" ({_done + 1} of {images})" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{TerminalLine.Bar(share)}  {_image}{number}  {crops}{value.PointsDone} of {value.Points} points{masks}  "
            + $"{TerminalLine.Duration(left)} left");
    }
}
